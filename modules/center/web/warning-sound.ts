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

/** 取り忘れ注意: two tones, again and again until the returned function is called. */
export function startWarning(): () => void {
  const ring = (): void => {
    tone(880, 0, 0.25)
    tone(660, 0.3, 0.35)
  }
  ring()
  const timer = setInterval(ring, 1800)
  return () => clearInterval(timer)
}

export function tap(): void {
  tone(1200, 0, 0.06)
}
