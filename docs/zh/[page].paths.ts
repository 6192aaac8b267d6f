import { untranslatedPages } from '../../tools/site/untranslated.js'

export default { paths: untranslatedPages }
