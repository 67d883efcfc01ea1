/** How the functions of `wx` answer: by callbacks where any is given, else by a promise. */
import type { Built, Given } from '../config';
import type { Router } from '../router';

/** What a family of functions may use. */
export interface Host {
  given: Given;
  built: Built;
  router: Router;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Options = any;
export type Wx = Record<string, unknown>;
type Deed = (options: Options) => object | void | Promise<object | void>;

/** A refusal as WeChat words it. */
export class Failed extends Error {
  constructor(
    readonly errMsg: string,
    readonly more: object = {},
  ) {
    super(errMsg);
  }
}

/** Add asynchronous functions: each deed returns what `success` gets, or throws. */
export function add(wx: Wx, deeds: Record<string, Deed>): void {
  for (const [name, deed] of Object.entries(deeds)) wx[name] = asynchronous(name, deed);
}

function asynchronous(name: string, deed: Deed) {
  return (options: Options = {}): Promise<object> | undefined => {
    const { success, fail, complete } = options;
    const done = run(deed, options).then(
      (told) => {
        const answer = { errMsg: `${name}:ok`, ...told };
        success?.(answer);
        complete?.(answer);
        return answer;
      },
      (error: unknown) => {
        const answer = failure(name, error);
        fail?.(answer);
        complete?.(answer);
        return Promise.reject(answer);
      },
    );
    if (!success && !fail && !complete) return done;
    done.catch(() => undefined); // the callbacks were told
    return undefined;
  };
}

async function run(deed: Deed, options: Options): Promise<object | void> {
  return deed(options);
}

function failure(name: string, error: unknown): { errMsg: string } {
  if (error instanceof Failed) return { errMsg: `${name}:fail ${error.errMsg}`, ...error.more };
  const known = error as { errMsg?: string; message?: string };
  return { errMsg: known.errMsg ?? `${name}:fail ${known.message ?? String(error)}` };
}
