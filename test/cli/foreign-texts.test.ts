import { ConfigurationError } from '../../config/configuration-error';
import { describeFailure } from '../../cli/describe-failure';
import { createTerminal } from '../../cli/terminal';
import { checkedText } from '../../cli/text/mapping';
import { heldText } from '../../cli/text/operations';
import { valueText } from '../../cli/text/values';
import { failuresText } from '../../cli/text/failures';
import { previewText } from '../../cli/text/preview';
import { recordLines } from '../../cli/text/records';
import { pausedLines } from '../../cli/text/report';
import { table } from '../../cli/text/tables';
import { asLabel } from '../../domain/printable';

/** Names, labels and values of strangers: none may steer the terminal of who reads them, and none may fill it. */

const HOSTILE = `\u001B]0;owned\u0007\u009B31m\u202Eevil\u200B\nforged line\r${'x'.repeat(500)}`;
const UNPRINTABLE = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function terminalOf(json: boolean) {
  const [out, err, bar]: [string[], string[], string[]] = [[], [], []];
  const streams = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    bar: { show: ({ line }: { readonly line: string }) => void bar.push(line), clear: () => undefined },
  };
  return { terminal: createTerminal(streams, { json, verbose: true }), out, err, bar };
}

test('whatever is printed, on whichever way, holds nothing that steers a terminal', () => {
  const { terminal, out, err, bar } = terminalOf(false);
  terminal.result({}, () => HOSTILE);
  terminal.note(HOSTILE);
  terminal.live({ line: HOSTILE, phasesDone: 1 });
  const error = new ConfigurationError(
    [
      { setting: HOSTILE, message: HOSTILE },
      { setting: 'x', message: HOSTILE },
    ],
    HOSTILE,
  );
  terminal.failure(describeFailure(error), error);
  const all = [...out, ...err, ...bar].join('');
  expect(all).toContain('evil');
  expect(all).not.toMatch(UNPRINTABLE);
});

test('--json says the same as it is, in characters that can be printed', () => {
  const { terminal, out } = terminalOf(true);
  const document = { [HOSTILE]: [HOSTILE, 'é'] };
  terminal.result(document, () => '');
  expect(out.join('')).not.toMatch(UNPRINTABLE);
  expect(JSON.parse(out.join(''))).toEqual(document);
});

test('each name stands on its line, and is short', () => {
  const texts = [
    table(['Name'], [[asLabel(HOSTILE)]]),
    previewText([
      {
        phase: 'update',
        entity: 'member',
        kind: 'updateOfficernd',
        officerndId: HOSTILE,
        hubspotId: HOSTILE,
        reason: 'merge',
        fields: [{ field: HOSTILE, base: HOSTILE, officernd: HOSTILE, hubspot: { [HOSTILE]: 1 }, rule: 'M3', action: 'drift' }],
      },
    ]),
    checkedText({
      tenant: 'acme',
      ok: true,
      fields: [
        {
          entity: 'member',
          officernd: HOSTILE,
          direction: '↔',
          hubspot: [HOSTILE],
          type: 'text',
          standard: false,
          readOnly: { officernd: false, hubspot: false },
        },
      ],
      linkProperty: {},
      warnings: [{ setting: 'x', message: HOSTILE }],
    }),
    recordLines({ entity: 'member', name: HOSTILE, officerndId: HOSTILE, hubspotId: HOSTILE }).join('\n'),
    heldText([
      {
        phase: 'update',
        entity: 'member',
        kind: 'updateHubspot',
        officerndId: HOSTILE,
        hubspotId: HOSTILE,
        name: HOSTILE,
        reason: 'M2',
        fields: [{ field: HOSTILE, base: HOSTILE, officernd: HOSTILE, hubspot: HOSTILE, rule: 'M2', action: 'writeHubspot' }],
      },
    ]),
    failuresText('acme', [
      {
        id: 'a',
        entity: 'member',
        phase: 'update',
        vendor: 'hubspot',
        code: HOSTILE,
        field: HOSTILE,
        reason: 'refused',
        records: 1,
        parked: 0,
        step: 'Correct it.',
        since: '2026-05-01T00:00:00.000Z',
        newest: '2026-05-01T00:00:00.000Z',
        values: [{ value: HOSTILE, records: 1 }],
        examples: [
          {
            name: HOSTILE,
            officerndId: HOSTILE,
            hubspotId: HOSTILE,
            officerndUrl: null,
            hubspotUrl: null,
            said: HOSTILE,
            runs: 1,
            parked: false,
            retryRequested: false,
          },
        ],
      },
    ]),
    ...pausedLines([{ entity: 'member', field: HOSTILE, message: HOSTILE }]),
  ];
  for (const text of texts) {
    expect(text).not.toMatch(UNPRINTABLE);
    // A line of its own would look like one of ours.
    expect(text).not.toMatch(/^forged/m);
  }
  expect(texts[0]?.split('\n')[0]?.length).toBeLessThan(90);
});

test('a value is shown to the letter, as far as it is shown', () => {
  expect(valueText('a  b\u00A0')).toBe('"a  b\u00A0"');
  expect(valueText('\u202E')).toBe('"\\u202e"');
  expect(valueText('😀'.repeat(100))).toBe(`"${'😀'.repeat(38)}…`);
});

test('of many problems twenty are listed', () => {
  const problems = Array.from({ length: 90_000 }, (_none, index) => ({ setting: `x${index}`, message: 'there is no such setting' }));
  const error = new ConfigurationError(problems, 'acme.yaml');
  const description = describeFailure(error);
  expect(description).toMatchObject({ moreProblems: 89_980, message: expect.stringContaining('and 89999 more problems') as unknown });
  expect(description.problems).toHaveLength(20);
  const { terminal, err } = terminalOf(false);
  terminal.failure(description, null);
  expect(err).toHaveLength(22);
  expect(err.at(-1)).toBe('  … and 89980 more\n');
});
