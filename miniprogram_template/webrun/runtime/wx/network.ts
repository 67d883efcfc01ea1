/** Requests and files, by fetch. Of another origin CORS applies, which WeChat does not have. */
import { add, type Options, type Wx } from './api';

const DEFAULT_MS = 60_000;
/** What WeChat's manual knows; PATCH is not among it. */
const METHODS = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT'];
const METHODS_WITHOUT_BODY = ['GET', 'HEAD'];

export function addNetwork(wx: Wx): void {
  wx.request = request;
  wx.uploadFile = uploadFile;
  add(wx, {
    downloadFile: async ({ url }) => {
      const response = await fetch(url);
      const tempFilePath = URL.createObjectURL(await response.blob());
      return { tempFilePath, statusCode: response.status };
    },
    getNetworkType: () => ({ networkType: networkType() }),
  });
  const listeners = new Map<unknown, () => void>();
  wx.onNetworkStatusChange = (listener: (told: object) => void) => {
    const tell = (): void =>
      listener({ isConnected: navigator.onLine, networkType: networkType() });
    listeners.set(listener, tell);
    window.addEventListener('online', tell);
    window.addEventListener('offline', tell);
  };
  wx.offNetworkStatusChange = (listener: unknown) => {
    const tell = listeners.get(listener);
    if (!tell) return;
    window.removeEventListener('online', tell);
    window.removeEventListener('offline', tell);
  };
}

function networkType(): string {
  return navigator.onLine ? 'wifi' : 'none';
}

function request(options: Options): object {
  const abort = new AbortController();
  const timer = window.setTimeout(() => abort.abort('timeout'), options.timeout ?? DEFAULT_MS);
  const done = send(options, abort.signal).finally(() => window.clearTimeout(timer));
  answer('request', done, options, abort.signal);
  return { abort: () => abort.abort('abort') };
}

async function send(options: Options, signal: AbortSignal): Promise<object> {
  const method = String(options.method ?? 'GET').toUpperCase();
  if (!METHODS.includes(method)) throw new Error('method is invalid');
  const headers = new Headers(options.header ?? {});
  const { url, body } = addressAndBody(options, method, headers);
  const response = await fetch(url, { method, headers, body, signal, credentials: 'omit' });
  const header = Object.fromEntries([...response.headers].map(([name, value]) => [name, value]));
  const data =
    options.responseType === 'arraybuffer' ? await response.arrayBuffer() : await response.text();
  return { data: parsed(data, options), statusCode: response.status, header, cookies: [] };
}

function addressAndBody(
  { url, data }: Options,
  method: string,
  headers: Headers,
): { url: string; body?: BodyInit } {
  if (data === undefined || data === null) return { url };
  if (METHODS_WITHOUT_BODY.includes(method)) {
    const query = new URLSearchParams(data).toString();
    return { url: query ? `${url}${url.includes('?') ? '&' : '?'}${query}` : url };
  }
  if (!headers.has('content-type')) headers.set('content-type', 'application/json');
  if (typeof data === 'string' || data instanceof ArrayBuffer) return { url, body: data };
  const isForm = headers.get('content-type')?.includes('x-www-form-urlencoded');
  return { url, body: isForm ? new URLSearchParams(data) : JSON.stringify(data) };
}

/** WeChat parses whatever is JSON, and leaves the rest as text. */
function parsed(data: string | ArrayBuffer, { dataType = 'json' }: Options): unknown {
  if (typeof data !== 'string' || dataType !== 'json') return data;
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return data;
  }
}

function uploadFile(options: Options): object {
  const abort = new AbortController();
  const run = async (): Promise<object> => {
    const blob = await (await fetch(options.filePath)).blob();
    const form = new FormData();
    form.append(options.name, blob, 'file');
    for (const [name, value] of Object.entries(options.formData ?? {})) {
      form.append(name, String(value));
    }
    const { url, header = {} } = options;
    const init = { method: 'POST', body: form, headers: header, signal: abort.signal };
    const response = await fetch(url, { ...init, credentials: 'omit' });
    return { data: await response.text(), statusCode: response.status };
  };
  answer('uploadFile', run(), options, abort.signal);
  return { abort: () => abort.abort('abort') };
}

/** Both have no promise in WeChat: they return a task. */
function answer(name: string, done: Promise<object>, options: Options, signal: AbortSignal): void {
  const { success, fail, complete } = options;
  done.then(
    (told) => {
      const all = { errMsg: `${name}:ok`, ...told };
      success?.(all);
      complete?.(all);
    },
    (error: Error) => {
      const told = { errMsg: `${name}:fail ${signal.aborted ? signal.reason : error.message}` };
      fail?.(told);
      complete?.(told);
    },
  );
}
