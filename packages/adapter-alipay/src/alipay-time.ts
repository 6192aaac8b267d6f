const BEIJING_MS = 8 * 3_600_000
const TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,3})?$/

/** `yyyy-MM-dd HH:mm:ss` in Beijing time, whatever the process's time zone is (the SDK's own stamp follows the process). */
export function writeBeijingTime(at: number): string {
  return new Date(at + BEIJING_MS).toISOString().slice(0, 19).replace('T', ' ')
}

/** Milliseconds since 1970, or null when the text is no such time. Refund times carry milliseconds. */
export function readBeijingTime(text: string | undefined): number | null {
  if (text === undefined || !TIME.test(text)) return null
  const at = Date.parse(`${text.replace(' ', 'T')}+08:00`)
  // The engine takes 31 February for 3 March.
  return Number.isNaN(at) || writeBeijingTime(at) !== text.slice(0, 19) ? null : at
}
