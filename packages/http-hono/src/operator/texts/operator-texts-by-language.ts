import type { Language } from '../../pages/language.js'
import { operatorChinese } from './operator-chinese.js'
import { operatorEnglish } from './operator-english.js'
import type { OperatorTexts } from './operator-texts.js'

export const operatorTextsOf: Readonly<Record<Language, OperatorTexts>> = { zh: operatorChinese, en: operatorEnglish }
