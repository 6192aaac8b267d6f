// Loaded before a server that is measured (`node --expose-gc --import`): tells its heap after a collection when it is
// asked.
process.on('message', () => {
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  process.send?.({ heapUsed, rss })
})
// The channel alone must not keep the server alive.
process.channel?.unref()
