import { useEffect } from 'react'
import { speak } from './voice.ts'
import type { Lang } from './words/words.ts'

/** Short tones, made in the browser: no sound file is fetched. A machine without sound shows the words all the same. */
let audio: AudioContext | null = null

function tone(frequencyHz: number, startSeconds: number, lengthSeconds: number): void {
  try {
    audio ??= new AudioContext()
    const oscillator = audio.createOscillator()
    const volume = audio.createGain()
    const begin = audio.currentTime + startSeconds
    oscillator.frequency.value = frequencyHz
    volume.gain.setValueAtTime(0.15, begin)
    volume.gain.exponentialRampToValueAtTime(0.001, begin + lengthSeconds)
    oscillator.connect(volume).connect(audio.destination)
    oscillator.start(begin)
    oscillator.stop(begin + lengthSeconds)
  } catch {
    // No sound device.
  }
}

const ringMs = 1_800
/** The words come with every so manieth ring. */
const speakEvery = 4

/**
 * 取り忘れ注意: two tones again and again, and the words aloud where the machine has a voice, until the screen changes.
 * `null` = nothing was left.
 */
export function useAlarm(words: string | null, lang: Lang): void {
  useEffect(() => {
    if (words === null) return
    let rings = 0
    const ring = (): void => {
      tone(880, 0, 0.25)
      tone(660, 0.3, 0.35)
      if (rings % speakEvery === 0) speak(words, lang)
      rings += 1
    }
    ring()
    const timer = setInterval(ring, ringMs)
    return () => clearInterval(timer)
  }, [words, lang])
}

export function tap(): void {
  tone(1200, 0, 0.06)
}
