import { createServer } from 'node:http';

/** The scripted server's answer to one request. */
export type ScriptedAnswer =
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** A 200 with exactly this text. */
  | { readonly raw: string }
  /** Closes the connection without an answer. */
  | 'drop'
  /** Never answers. */
  | 'hang';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

export interface ScriptedServer {
  readonly apiUrl: string;
  /** Requests so far, in order; grows. */
  readonly seen: readonly SeenRequest[];
  readonly stop: () => Promise<void>;
}

/** A vendor on loopback that answers as told: for answers that the emulators, which behave well, do not give. */
export async function startScriptedServer(answerTo: (request: SeenRequest) => ScriptedAnswer): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const parts: string[] = [];
    request.setEncoding('utf8');
    request.on('data', (part: string) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, authorization: headers.authorization, contentType: headers['content-type'], body: parts.join('') };
      seen.push(one);
      const answer = answerTo(one);
      if (answer === 'drop') request.socket.destroy();
      else if (answer === 'hang') return;
      else if ('raw' in answer) response.writeHead(200, { 'content-type': 'application/json' }).end(answer.raw);
      else response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The scripted server has no port.');
  return {
    apiUrl: `http://127.0.0.1:${address.port}`,
    seen,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
