/** What went wrong in this run: tests demand that all of it is empty. */

export interface Record_ {
  errors: string[];
  warnings: string[];
  /** Calls of `wx.<name>` that the runner does not imitate, by name. */
  unknown: Record<string, number>;
  /** How many pages became ready. */
  ready: number;
}

declare global {
  interface Window {
    __record: Record_;
  }
}

export const record: Record_ = { errors: [], warnings: [], unknown: {}, ready: 0 };
window.__record = record;

/** Note an error with its stack. */
export function noteError(where: string, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error);
  record.errors.push(`${where}: ${text}`);
  console.error(where, error);
}

/** Note what the framework finds odd in our own components; TDesign's are as they are. */
export function noteWarning(is: string, message: string): void {
  const isOurs = !is.includes('miniprogram_npm/') && !/\brelation\b/.test(message);
  if (isOurs) record.warnings.push(`${is}: ${message}`);
}

/** Note a call of something that WeChat has and the runner has not. */
export function noteUnknown(name: string): void {
  record.unknown[name] = (record.unknown[name] ?? 0) + 1;
}

/** Note what nobody catches. */
export function watchWindow(): void {
  window.addEventListener('error', (event) => noteError('window', event.error ?? event.message));
  window.addEventListener('unhandledrejection', (event) => noteError('promise', event.reason));
}
