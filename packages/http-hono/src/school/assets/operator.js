// Keeps figures and what waits fresh while somebody looks. Without it, loading the page again does the same.

const INTERVAL_MS = 5_000
const parts = ['numbers', 'stuck']

async function refresh() {
  if (document.hidden) return
  const response = await fetch(location.pathname)
  if (!response.ok || response.redirected) return
  const next = new DOMParser().parseFromString(await response.text(), 'text/html')
  for (const id of parts) {
    const [shown, fresh] = [document.getElementById(id), next.getElementById(id)]
    // Nobody's button is taken away from under the finger.
    if (shown !== null && fresh !== null && !shown.contains(document.activeElement)) shown.replaceWith(fresh)
  }
}

if (document.getElementById('numbers') !== null) {
  // The shop may be starting again: the next time, then.
  setInterval(() => refresh().catch(() => {}), INTERVAL_MS)
}
