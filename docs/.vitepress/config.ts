import { defineConfig } from 'vitepress'
import { apiEntries, writeApiPages } from '../../tools/site/api-pages.js'
import { extendMarkdown, slugOf } from '../../tools/site/markdown.js'
import { sidebarOf } from '../../tools/site/navigation.js'
import { chineseSearch, searchWords } from '../../tools/site/search.js'

writeApiPages()
const entries = apiEntries.map(({ name }) => name)
const repository = 'https://github.com/coursepay/coursepay'
const editPattern = `${repository}/edit/main/docs/:path`

export default defineConfig({
  title: 'coursepay',
  // The reports of the API are for reviews of changes. The site's reference has the docstrings too.
  srcExclude: ['api/**'],
  vite: { build: { chunkSizeWarningLimit: 2_000 } },
  rewrites: { 'decisions/README.md': 'decisions/index.md' },
  markdown: { config: extendMarkdown, anchor: { slugify: slugOf } },
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        // Colours and diagrams are no words.
        _render(source, env, md) {
          md.options.highlight = null
          return md.render(source.replace(/^```mermaid[\s\S]*?^```/gm, ''), env)
        },
        miniSearch: { options: { tokenize: searchWords } },
        locales: { zh: { translations: chineseSearch } },
      },
    },
    socialLinks: [{ icon: 'github', link: repository }],
  },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      description: 'The checkout of a learning platform as a TypeScript library: Alipay, paid exactly once.',
      themeConfig: {
        nav: [
          { text: 'Guides', link: '/tutorial' },
          { text: 'API', link: '/reference/core' },
        ],
        sidebar: sidebarOf('en', entries),
        outline: { level: 2 },
        editLink: { pattern: editPattern },
      },
    },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      description: '学习平台的收银台，一个 TypeScript 库：支付宝付款，只入一次账。',
      themeConfig: {
        nav: [
          { text: '指南', link: '/zh/tutorial' },
          { text: 'API', link: '/reference/core' },
        ],
        sidebar: sidebarOf('zh', entries),
        outline: { level: 2, label: '本页内容' },
        editLink: { pattern: editPattern, text: '在 GitHub 上修改本页' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '深色模式',
        lightModeSwitchTitle: '切换到浅色模式',
        darkModeSwitchTitle: '切换到深色模式',
        sidebarMenuLabel: '目录',
        returnToTopLabel: '回到顶部',
        langMenuLabel: '切换语言',
        skipToContentLabel: '跳到正文',
      },
    },
  },
})
