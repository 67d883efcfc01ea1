// What both journeys need: the simulator's control API, a listener for callbacks, named steps.
import { createServer } from 'node:http';
import { once } from 'node:events';

export const given = JSON.parse(process.env.SIMULATOR);
const done = [];

/** Run one step; its name is reported when it held. */
export async function step(name, work) {
  try {
    const made = await work();
    done.push(name);
    return made;
  } catch (error) {
    const said = error.response?.data;
    console.error(`step "${name}" failed:`, said ? JSON.stringify(said) : '', error.stack);
    process.exit(1);
  }
}

export async function control(method, path, wish) {
  const answer = await fetch(`${given.base}/_control/${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: wish === undefined ? undefined : JSON.stringify(wish),
  });
  const made = await answer.json();
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${JSON.stringify(made)}`);
  return made;
}

/** A web server that keeps every callback as it came. */
export async function listen() {
  const received = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}/wxpay/notify/tokenoftheshop`;
  return { received, url, close: () => server.closeAllConnections() || server.close() };
}

/** Tell the test which steps held. */
export function finish() {
  console.log(JSON.stringify(done));
}
