/** What one check found, as a sentence that says what to do. `worry`: it works today. */
export interface Finding {
  readonly grade: 'ok' | 'worry' | 'fault'
  readonly sentence: string
}

export const ok = (sentence: string): Finding => ({ grade: 'ok', sentence })
export const worry = (sentence: string): Finding => ({ grade: 'worry', sentence })
export const fault = (sentence: string): Finding => ({ grade: 'fault', sentence })

/** A check by its name. It never rejects for what it is there to find. */
export interface Check {
  readonly name: string
  run(): Promise<readonly Finding[]>
}
