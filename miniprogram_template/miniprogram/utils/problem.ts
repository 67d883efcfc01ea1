/** What can go wrong with a request, in a sentence for the person. */
import { say } from './i18n';

/** The body of a refusal: RFC 9457. */
interface ProblemBody {
  code?: string;
  detail?: string;
  facts?: Record<string, unknown>;
}

/** A request that did not succeed. Switch on `code`; show `sentence`. */
export class Problem extends Error {
  constructor(
    /** The API's code, or `offline`, `too_slow`, `failed`. */
    readonly code: string,
    readonly sentence: string,
    /** HTTP status; 0 where no answer came. */
    readonly status = 0,
    readonly facts: Record<string, unknown> = {},
  ) {
    super(sentence);
  }

  get isOffline(): boolean {
    return this.code === 'offline' || this.code === 'too_slow';
  }
}

/** Return the problem that an answer holds. */
export function fromAnswer(status: number, data: unknown): Problem {
  const body = (data && typeof data === 'object' ? data : {}) as ProblemBody;
  const sentence = body.detail ?? say('failed');
  return new Problem(body.code ?? 'failed', sentence, status, body.facts);
}

/** Return the problem of a request that got no answer; `errMsg` is WeChat's. */
export function fromFailure(errMsg: string): Problem {
  return /timeout/.test(errMsg)
    ? new Problem('too_slow', say('tooSlow'))
    : new Problem('offline', say('offline'));
}

/** Return whatever was thrown as a problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  console.error(error);
  return new Problem('failed', say('failed'));
}

/** Say what went wrong, in passing. */
export function tell(error: unknown): void {
  void wx.showToast({ title: asProblem(error).sentence, icon: 'none' });
}
