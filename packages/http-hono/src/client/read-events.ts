/** The data of each server-sent event. A reader that stops early closes the connection. */
export async function* readEvents(response: Response, signal?: AbortSignal): AsyncGenerator<string, void> {
  const reader = response.body?.getReader()
  if (reader === undefined) return
  const leave = () => void reader.cancel().catch(() => {})
  if (signal?.aborted) leave()
  signal?.addEventListener('abort', leave)
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decoder.decode(part.value, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const data = block.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice(6)] : []))
        if (data.length > 0) yield data.join('\n')
      }
    }
  } finally {
    signal?.removeEventListener('abort', leave)
    leave()
  }
}
