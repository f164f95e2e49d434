/**
 * The coin box beside the page: a simulator. What lay in the slot and what is owed is the centre's to know; the box says
 * only whether money can move. A jammed one moves none until somebody of the staff has cleared it.
 */
export class CoinBox {
  #jammed = false

  get jammed(): boolean {
    return this.#jammed
  }

  jam(): void {
    this.#jammed = true
  }

  clear(): void {
    this.#jammed = false
  }
}
