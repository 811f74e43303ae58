/** One piece of work at a time. Of those that are asked for meanwhile only the newest is done; the others are told that they are outdated. */
export class Newest {
  #isBusy = false;
  #next: ((isTurn: boolean) => void) | null = null;

  /** Does the work when its turn comes; null if something newer took its place. */
  async do<Result>(work: () => Promise<Result>): Promise<Result | null> {
    if (this.#isBusy && !(await this.#turn())) return null;
    this.#isBusy = true;
    try {
      return await work();
    } finally {
      const next = this.#next;
      this.#next = null;
      // Whoever waits takes over before anybody else can.
      this.#isBusy = next !== null;
      next?.(true);
    }
  }

  #turn(): Promise<boolean> {
    this.#next?.(false);
    return new Promise((resolve) => {
      this.#next = resolve;
    });
  }
}
