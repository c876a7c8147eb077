import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { useCases } from '../../cli/demo/article';
import { childWorkflowId, syncWorkflowId } from '../../workflows/api';
import { findBrowser, NO_BROWSER, startBrowser } from '../support/browser';
import { poll } from '../support/poll';
import { createStage } from '../support/stage';
import type { SeenReport, Stage } from '../support/stage';

/**
 * The view of a run in Temporal's own UI, without opening a payload. With ORSYNC_UPDATE_IMAGES=1 it also takes
 * the pictures that the documentation shows.
 */

const TENANT = 'acme-coworking';
const PHASES = ['observe', 'unlink', 'link', 'update'] as const;
const ENTITIES = ['company', 'member', 'opportunity'] as const;

const program = findBrowser();
const uiUrl = process.env['TEMPORAL_UI_URL'] ?? '';
const missing = program === undefined ? NO_BROWSER : uiUrl === '' ? 'TEMPORAL_ADDRESS is given, but not TEMPORAL_UI_URL' : null;

(missing === null ? describe : describe.skip)(
  `the audit trail in the Temporal UI${missing === null ? '' : ` (left out: ${missing})`}`,
  () => {
    let stage: Stage;
    let browser: Browser;
    let page: Page;
    let report: SeenReport;

    beforeAll(async () => {
      [stage, browser] = await Promise.all([createStage('audit-ui'), startBrowser(program ?? '')]);
      await stage.startWorker();
      const createAndLink = useCases[1];
      if (createAndLink === undefined) throw new Error('The article has three use cases.');
      await stage.putWorld({ officernd: createAndLink.world.officernd, hubspot: createAndLink.world.hubspot });
      await stage.applyTenant(TENANT, { entities: ['company', 'member', 'opportunity'] });
      report = await stage.sync(TENANT);
      page = await browser.newPage({ viewport: { width: 1400, height: 1000 }, timezoneId: 'UTC', locale: 'en-GB' });
      page.setDefaultTimeout(45_000);
    }, 120_000);

    afterAll(async () => {
      await browser.close();
      await stage.stop();
    });

    const workflowUrl = (workflowId: string) => `${uiUrl}/namespaces/default/workflows/${encodeURIComponent(workflowId)}`;
    const prefix = (): string | undefined => stage.env['ORSYNC_QUEUE_PREFIX'];
    /** Opens a tab of the run's page. */
    const openRun = (tab: string) => page.goto(`${workflowUrl(syncWorkflowId(TENANT, prefix()))}/${report.runId}/${tab}`);

    test('the list finds the run by tenant and state, and not by another state', async () => {
      const query = (state: string) => `SyncTenant="${TENANT}" AND SyncState="${state}"`;
      await page.goto(`${uiUrl}/namespaces/default/workflows?query=${encodeURIComponent(query('completed'))}`);
      await page.getByRole('link', { name: report.runId }).waitFor();
      await page.getByText('SyncTenant').first().waitFor();
      expect(await bodyText(page)).toEqual(expect.stringContaining(syncWorkflowId(TENANT, prefix())));
      await page.goto(`${uiUrl}/namespaces/default/workflows?query=${encodeURIComponent(query('failed'))}`);
      await page.getByText('0 Workflows', { exact: true }).waitFor();
    });

    test('the run’s page says what was done, by phase and entity', async () => {
      await openRun('user-metadata');
      const summary = await frameWith(page, `OfficeRnD ↔ HubSpot: ${TENANT}`);
      expect(summary).toHaveLength(1);
      await frameWith(page, 'Reads both sides, then unlinks, links and updates.');
      const details = await frameWith(page, 'Completed: 9 changed, 0 conflicts, 0 failed.');
      expect(details).toEqual([
        'Completed: 9 changed, 0 conflicts, 0 failed.',
        'Phase Entity Counts',
        'Read company 2 in HubSpot, 2 in OfficeRnD',
        'member 4 in HubSpot, 4 in OfficeRnD',
        'opportunity 0 in HubSpot, 0 in OfficeRnD',
        '1 Unlink company 0 checked',
        'member 0 checked',
        'opportunity 0 checked',
        '2 Create and link company 2 candidates, 1 linked, 1 created',
        'member 4 candidates, 2 linked, 2 created',
        'opportunity 0 candidates',
        '3 Update company 2 compared, 1 written to OfficeRnD',
        'member 4 compared, 2 written to OfficeRnD',
        'opportunity 0 compared',
      ]);
      await picture(page, 'temporal-ui');
    });

    test('the run carries the search attributes that operators filter by', async () => {
      await openRun('search-attributes');
      await page.getByText('"SyncTenant"').waitFor();
      const text = await bodyText(page);
      const shown = {
        SyncChanged: 9,
        SyncConflicts: 0,
        SyncFailed: 0,
        SyncMode: 'full',
        SyncPhase: 'done',
        SyncState: 'completed',
        SyncTenant: TENANT,
      };
      for (const [name, value] of Object.entries(shown)) expect(text).toContain(`"${name}": ${JSON.stringify(value)}`);
    });

    test('the timeline reads as the three phases without a click', async () => {
      await openRun('timeline');
      await page.getByText('finishRun • Write the report').first().waitFor();
      const lines = await shownLines(page);
      expect(lines).toContain('prepareRun • Read configuration and definitions');
      for (const phase of PHASES) for (const entity of ENTITIES) expect(lines).toContain(`${phase} ${entity}`);
      await picture(page, 'temporal-timeline');
    });

    test('the relationships name the children by their types', async () => {
      await openRun('relationships');
      await page.getByText(`${report.runId}/observe/company`).first().waitFor();
      const lines = await shownLines(page);
      for (const phase of PHASES) expect(lines.filter((line) => line === `${phase}Entity`)).toHaveLength(ENTITIES.length);
    });

    test('a child’s page says what it is for and what it did', async () => {
      await page.goto(workflowUrl(childWorkflowId(TENANT, report.runId, 'link', 'member', prefix())));
      await page.getByRole('tab', { name: 'User Metadata' }).click();
      await frameWith(page, 'link member');
      await frameWith(page, 'Phase 2 of 3: links what belongs together, and creates in OfficeRnD what it lacks.');
      expect(await frameWith(page, '2 Create and link')).toContain('2 Create and link member 4 candidates, 2 linked, 2 created');
    });
  },
);

const bodyText = (page: Page): Promise<string> => page.locator('body').innerText();

const shownLines = async (page: Page): Promise<readonly string[]> => (await bodyText(page)).split('\n').map((line) => line.trim());

/** The UI shows Markdown in frames. Returns the lines of the frame that has the text. */
function frameWith(page: Page, text: string): Promise<readonly string[]> {
  return poll(
    `a frame with "${text}"`,
    async () => {
      const texts = await Promise.all(
        page.frames().map((frame) =>
          frame
            .locator('main')
            .innerText({ timeout: 1_000 })
            .catch(() => ''),
        ),
      );
      const lines = texts.map((all) =>
        all
          .split('\n')
          .map((line) => line.replace(/\s+/g, ' ').trim())
          .filter((line) => line !== ''),
      );
      return lines.find((all) => all.includes(text) || all.some((line) => line.startsWith(text)));
    },
    { deadlineMs: 45_000, everyMs: 200 },
  );
}

async function picture(page: Page, name: string): Promise<void> {
  if (process.env['ORSYNC_UPDATE_IMAGES'] !== '1') return;
  const folder = join(__dirname, '../../docs/images');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
