const card = document.getElementById('sign-in')
const told = card?.querySelector('[role=status]')
const button = card?.querySelector('button')
const token = new URLSearchParams(location.hash.slice(1)).get('token')
// The token is for one use: it shall not stay in the address.
history.replaceState(null, '', location.pathname + location.search)

const userOf = (jwt) => {
  try {
    const payload = jwt.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')
    const bytes = Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0))
    return JSON.parse(new TextDecoder().decode(bytes)).sub ?? ''
  } catch {
    return ''
  }
}

async function signIn() {
  button.disabled = true
  const headers = { 'Content-Type': 'application/json' }
  const answer = await fetch('/session', { method: 'POST', headers, body: JSON.stringify({ token }) }).catch(() => null)
  if (answer?.ok) location.replace(card.dataset.to)
  else {
    told.textContent = card.dataset.failed
    button.hidden = true
  }
}

if (token !== null && button) {
  told.textContent = `${card.dataset.as} ${userOf(token)}`
  button.hidden = false
  button.addEventListener('click', signIn)
  button.focus()
}
