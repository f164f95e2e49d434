import { useEffect } from 'react'
import type { Manner } from './kiosk-visit.ts'
import { languages, type Lang } from './words/words.ts'

/**
 * 音声案内. Only a voice that lives on this machine is used: the names on the screen are sent to nobody. Without such a
 * voice the machine stays silent.
 */
export function speak(text: string, lang: Lang): void {
  const speech = window.speechSynthesis as SpeechSynthesis | undefined
  const language = languages[lang].tag.slice(0, 2)
  const voice = speech?.getVoices().find((one) => one.localService && one.lang.startsWith(language))
  if (speech === undefined || voice === undefined) return
  speech.cancel()
  const utterance = new SpeechSynthesisUtterance(text)
  utterance.voice = voice
  utterance.lang = voice.lang
  speech.speak(utterance)
}

/**
 * For people who do not see the screen: it is read when it changes, a button when it gets the focus, and a finger finds
 * before it presses: the first touch reads, the second one on the same button presses. What lies in `data-silent` (the
 * digits of a PIN) is never said aloud, and pressed at once.
 */
export function useVoice({ voice, lang }: Manner): void {
  useEffect(() => {
    if (!voice) return
    let heard: Element | null = null
    let told: string | null = null
    const read = (): void => {
      const text = screenText()
      if (text === told) return
      const help = told === null ? `${languages[lang].words.settings.voiceHelp}\n` : ''
      told = text
      heard = null
      speak(help + text, lang)
    }
    const focused = (event: FocusEvent): void => {
      const button = buttonAt(event.target)
      if (button !== null && !isSilent(button)) speak(nameOf(button), lang)
    }
    const pressed = (event: MouseEvent): void => {
      const button = buttonAt(event.target)
      // A key press is a click without a pointer: who moved there by keys has heard it.
      if (button === null || event.detail === 0 || isSilent(button) || button === heard) return
      event.preventDefault()
      event.stopPropagation()
      heard = button
      button.focus()
      speak(nameOf(button), lang)
    }
    read()
    const watcher = new MutationObserver(read)
    watcher.observe(document.body, { childList: true, characterData: true, subtree: true })
    document.addEventListener('focusin', focused)
    document.addEventListener('click', pressed, true)
    return () => {
      watcher.disconnect()
      document.removeEventListener('focusin', focused)
      document.removeEventListener('click', pressed, true)
      window.speechSynthesis?.cancel()
    }
  }, [voice, lang])
}

/** A question that covers everything, else what the screen says above its buttons. */
function screenText(): string {
  const cover = document.querySelector<HTMLElement>('[role=alertdialog]')
  const told = cover ?? document.querySelector<HTMLElement>('.screen-lead')
  const rest =
    cover === null ? document.querySelectorAll<HTMLElement>('.summary, .notes, .money-out, .slip') : []
  return [told, ...rest].flatMap((part) => (part === null ? [] : [part.innerText])).join('\n')
}

function buttonAt(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('button') : null
}

function isSilent(button: Element): boolean {
  return button.closest('[data-silent]') !== null
}

function nameOf(button: HTMLElement): string {
  const on = button.getAttribute('aria-pressed') === 'true' ? ' ✓' : ''
  return (button.getAttribute('aria-label') ?? button.innerText) + on
}
