import { Readable } from 'node:stream';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Writes pieces to a stream that stays open, and asks for the next one when the stream has taken the last. A reader that goes away early,
 * such as `head`, is no error: then no more pieces are asked for.
 */
export async function pourInto(stream: Writable, pieces: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(pieces, { highWaterMark: 1 }), stream, { end: false });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE')))
      throw error;
  }
}
