import type { DefaultTheme } from 'vitepress'

/** A page under `docs`, with its name in the sidebar. A page without a Chinese name is there in English alone. */
interface Page {
  readonly path: string
  readonly en: string
  readonly zh?: string
}

interface Group {
  readonly en: string
  readonly zh: string
  readonly pages: readonly Page[]
}

export const groups: readonly Group[] = [
  {
    en: 'Guides',
    zh: '指南',
    pages: [
      { path: 'tutorial', en: 'A paid course in five minutes', zh: '五分钟买到一门课' },
      { path: 'embedding', en: 'Embed', zh: '接入收银台' },
      { path: 'production', en: 'Run a school', zh: '部署一所学校' },
      { path: 'operating', en: 'Operate', zh: '日常运维' },
      { path: 'testing', en: 'Test your service', zh: '测试你的服务' },
      { path: 'writing-an-adapter', en: 'Write an adapter', zh: '编写适配器' },
      { path: 'migrating-from-java', en: 'Migrate from the Java schema', zh: '从 Java 表结构迁移' },
    ],
  },
  {
    en: 'How it works',
    zh: '工作原理',
    pages: [
      { path: 'life-of-a-payment', en: 'Life of a payment', zh: '一笔付款的一生' },
      { path: 'delivery', en: 'Delivery' },
      { path: 'architecture', en: 'Architecture' },
      { path: 'performance', en: 'Performance' },
      { path: 'scale', en: 'Scale' },
      { path: 'tested-versions', en: 'Tested versions' },
      { path: 'decisions/index', en: 'Decisions' },
    ],
  },
]

type Language = 'en' | 'zh'

/** The sidebar of one language, with the pages of the API behind the others. */
export function sidebarOf(language: Language, apiEntries: readonly string[]): DefaultTheme.SidebarItem[] {
  const items = groups.map(({ pages, ...title }) => ({
    text: title[language],
    items: pages.map((page) => ({ text: titleOf(page, language), link: linkOf(page, language) })),
  }))
  const api = apiEntries.map((entry) => ({ text: `@coursepay/${entry}`, link: `/reference/${pageNameOf(entry)}` }))
  return [...items, { text: language === 'en' ? 'API' : 'API（英文）', collapsed: true, items: api }]
}

const titleOf = ({ en, zh }: Page, language: Language) => (language === 'en' ? en : (zh ?? `${en}（英文）`))

const linkOf = ({ path, zh }: Page, language: Language) => {
  const folder = language === 'zh' && zh !== undefined ? '/zh/' : '/'
  return folder + path.replace(/index$/, '')
}

/** `core/ports` → `core-ports`. */
export const pageNameOf = (entry: string): string => entry.replace('/', '-')
