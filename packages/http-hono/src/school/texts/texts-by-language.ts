import type { Language } from '../../pages/language.js'
import { chinese } from './chinese.js'
import { english } from './english.js'
import type { Texts } from './texts.js'

export const textsOf: Readonly<Record<Language, Texts>> = { zh: chinese, en: english }
