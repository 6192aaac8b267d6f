/**
 * Words for the search. Chinese has no blanks, so each pair of neighbouring characters is a word. The browser gets this
 * function as text: it uses nothing from outside.
 */
export function searchWords(text: string): string[] {
  const words = text.match(/[\p{Script=Han}]+|[^\p{Script=Han}\s\p{P}\p{S}]+/gu) ?? []
  return words.flatMap((word) => {
    if (!/^\p{Script=Han}{3,}$/u.test(word)) return [word]
    const characters = Array.from(word)
    return characters.slice(1).map((character, index) => `${characters[index]}${character}`)
  })
}

export const chineseSearch = {
  button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
  modal: {
    displayDetails: '显示详情',
    resetButtonTitle: '清空',
    backButtonTitle: '关闭',
    noResultsText: '没有找到',
    footer: { selectText: '打开', navigateText: '切换', closeText: '关闭' },
  },
}
