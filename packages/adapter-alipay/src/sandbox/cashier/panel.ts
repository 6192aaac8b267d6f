import type { CashierTexts } from './texts.js'

const radio = (name: string, label: string, index: number): string =>
  `<label><input type="radio" name="notify" value="${name}" data-testid="notify-${name}"${index === 0 ? ' checked' : ''}>${label}</label>`

const checkbox = (name: string, label: string): string =>
  `<label><input type="checkbox" name="${name}" value="1" data-testid="${name}">${label}</label>`

/** The knobs of one trade; they go with whatever button is pressed. */
export function panel({ panel: title, panelHelp, notify, notifyKnobs, switches, switchKnobs }: CashierTexts): string {
  const radios = Object.entries(notifyKnobs).map(([name, label], index) => radio(name, label, index))
  const checkboxes = Object.entries(switchKnobs).map(([name, label]) => checkbox(name, label))
  return `<details data-testid="sandbox-panel"><summary>${title}</summary><p class="soft">${panelHelp}</p>
<fieldset><legend>${notify}</legend>${radios.join('')}</fieldset>
<fieldset><legend>${switches}</legend>${checkboxes.join('')}</fieldset></details>`
}
