import { ANSWER_CODE_EXPLANATIONS } from '@coursepay/adapter-alipay'
import { printable } from '@coursepay/core/ports'

/** Prints each code of Alipay with its meaning and what helps; answers the exit status. */
export function printCodes(option: string, console: Pick<Console, 'log' | 'error'>): number {
  if (option !== '--codes') {
    console.error(`Unknown option ${printable(option)}. See --help.`)
    return 2
  }
  for (const { code, meaning, remedy } of ANSWER_CODE_EXPLANATIONS) console.log(`${code}\n  ${meaning}\n  ${remedy}`)
  return 0
}
