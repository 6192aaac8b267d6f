import { parseArgs } from 'node:util'
import { CheckoutError } from '@coursepay/core'
import { printable } from '@coursepay/core/ports'
import { ANSWER_CODE_EXPLANATIONS } from '../client/answer-codes.js'
import { readEnvironment } from '../settings/read-environment.js'
import { type AlipayFinding, diagnoseCertificateExpiries, diagnoseKeysByTestQuery } from './diagnose.js'

const HELP = `coursepay-alipay-doctor: checks the keys of an Alipay app and says how to repair them.

  coursepay-alipay-doctor            reads the ALIPAY_ variables and asks the gateway; exits with 1 on a fault
  coursepay-alipay-doctor --codes    prints the common codes of Alipay with meaning and remedy
  coursepay-alipay-doctor --help     prints this

Variables: ALIPAY_APP_ID, ALIPAY_SELLER_ID, ALIPAY_PRIVATE_KEY, and ALIPAY_PUBLIC_KEY or ALIPAY_APP_CERT,
ALIPAY_PUBLIC_CERT, ALIPAY_ROOT_CERT. Optional: ALIPAY_OTHER_PUBLIC_KEY, ALIPAY_GATEWAY.
A key is PEM text, bare base64, or the path of a file with either.`

const SYMBOL_BY_GRADE = { ok: '✓', worry: '!', fault: '✗' } as const

type EnvironmentVariables = Readonly<Record<string, string | undefined>>

/** Runs the program; answers its exit status. */
export async function runDoctor(
  args: readonly string[],
  environment: EnvironmentVariables,
  print: (line: string) => void,
): Promise<number> {
  const options = parseArgsOrErrorMessage(args)
  if (typeof options === 'string') {
    print(`${printable(options)}\n\n${HELP}`)
    return 2
  }
  if (options.help) print(HELP)
  else if (options.codes) printAnswerCodes(print)
  else return printFindings(await diagnose(environment), print)
  return 0
}

function parseArgsOrErrorMessage(args: readonly string[]) {
  const options = { help: { type: 'boolean' }, codes: { type: 'boolean' } } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    return error instanceof Error ? error.message : 'The arguments are invalid. See --help.'
  }
}

async function diagnose(environment: EnvironmentVariables): Promise<readonly AlipayFinding[]> {
  const settings = readEnvironment(environment)
  if (settings === null)
    return [{ grade: 'fault', sentence: 'No ALIPAY_ variable is set. See --help for those that are needed.' }]
  if (!('appId' in settings)) return settings.map((sentence) => ({ grade: 'fault', sentence }))
  try {
    return [...diagnoseCertificateExpiries(settings, Date.now()), ...(await diagnoseKeysByTestQuery(settings))]
  } catch (error) {
    if (CheckoutError.isInstance(error)) return [{ grade: 'fault', sentence: error.message }]
    throw error
  }
}

function printFindings(findings: readonly AlipayFinding[], print: (line: string) => void): number {
  for (const { grade, sentence } of findings) print(`${SYMBOL_BY_GRADE[grade]} ${printable(sentence)}`)
  return findings.some(({ grade }) => grade === 'fault') ? 1 : 0
}

function printAnswerCodes(print: (line: string) => void): void {
  for (const { code, meaning, remedy } of ANSWER_CODE_EXPLANATIONS) print(`${code}\n  ${meaning}\n  ${remedy}`)
}
