/** A piece of a file and the line on which it begins, counted from 1. */
export interface Piece {
  readonly line: number;
  readonly text: string;
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;

const piecesOf = (text: string, pattern: RegExp, group: number): readonly Piece[] =>
  [...text.matchAll(pattern)].map((match) => ({ line: lineAt(text, match.index), text: match[group] ?? '' }));

/** Strings come first in the pattern, so that an address in one is not taken for a comment. */
const stringOrComment = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|(\/\*[\s\S]*?\*\/|(?:^|(?<=[\s;{(,]))\/\/[^\n]*)/gm;

/** Comments of TypeScript and JavaScript. */
export const commentsOf = (code: string): readonly Piece[] => piecesOf(code, stringOrComment, 1).filter(({ text }) => text !== '');

/** Comments of shell scripts and YAML files. */
export const hashCommentsOf = (text: string): readonly Piece[] => piecesOf(text, /(?:^|\s)#([^\n]*)/g, 1);

/** Markdown without its blocks of code, which keep their lines. */
export const withoutCodeBlocks = (markdown: string): string =>
  markdown.replace(/^ *```[\s\S]*?^ *```$/gm, (block) => block.replace(/[^\n]/g, ''));

/** The texts between backticks. */
export const codeSpansOf = (markdown: string): readonly Piece[] => piecesOf(withoutCodeBlocks(markdown), /`([^`\n]+)`/g, 1);

/** The targets of links and images. */
export const linksOf = (markdown: string): readonly Piece[] =>
  piecesOf(
    withoutCodeBlocks(markdown).replace(/`[^`\n]*`/g, (span) => '`'.repeat(span.length)),
    /\]\(([^)\s]+)\)/g,
    1,
  );

/** The anchors of a page's headings, as GitHub makes them: the second heading of a name gets `-1`. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutCodeBlocks(markdown).matchAll(/^#{1,6} (.+)$/gm)) {
    const anchor = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    let free = anchor;
    for (let count = 1; anchors.has(free); count += 1) free = `${anchor}-${count}`;
    anchors.add(free);
  }
  return anchors;
}
