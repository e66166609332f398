import { byId, write } from "./dom";

/** What the whole page is doing, said once in the bar and, when no frames come, over the last of them. */
export class Stage {
  #stage = byId("stage", HTMLDivElement);
  #state = byId("state", HTMLParagraphElement);
  #cover = byId("cover", HTMLDivElement);
  #spinner = byId("spinner", HTMLDivElement);
  #title = byId("coverTitle", HTMLParagraphElement);
  #detail = byId("coverDetail", HTMLParagraphElement);
  #retry = byId("retry", HTMLButtonElement);
  #countdown = 0;

  constructor(retry: () => void) {
    this.#retry.addEventListener("click", retry);
  }

  connecting(): void {
    this.#say("connecting", "Connecting");
    this.#show("Connecting", "Waiting for the first frame", true);
  }

  live(): void {
    this.#say("live", "Live");
    this.#hide();
  }

  /** The last frame stays, dimmed, and why there is no other is written over it. */
  ended(reason: string, isFailure: boolean): void {
    this.#say(isFailure ? "failed" : "ended", isFailure ? "Failed" : "Ended");
    this.#stage.dataset.end = reason;
    this.#hide();
  }

  /** The server is there, its source is not as it should be. */
  waiting(state: string, reason: string | null, ms: number): void {
    this.#say("waiting", `Source ${state}`);
    this.#show(`Source ${state} for ${duration(ms)}`, reason ?? "It goes on as soon as frames come again", true);
  }

  disconnected(reason: string, retryMs: number): void {
    this.#say("disconnected", "Disconnected");
    const until = performance.now() + retryMs;
    const count = () => {
      const seconds = Math.max(1, Math.ceil((until - performance.now()) / 1000));
      this.#show("Disconnected", `${reason.charAt(0).toUpperCase()}${reason.slice(1)}. Trying again in ${seconds} s.`, false);
    };
    count();
    this.#countdown = setInterval(count, 1000);
  }

  resize(width: number, height: number): void {
    this.#stage.style.setProperty("--aspect", String(width / height));
  }

  #say(state: string, text: string): void {
    clearInterval(this.#countdown);
    this.#state.dataset.state = state;
    this.#stage.dataset.state = state;
    write(this.#state, text);
  }

  #show(title: string, detail: string, busy: boolean): void {
    write(this.#title, title);
    write(this.#detail, detail);
    this.#spinner.hidden = !busy;
    this.#retry.hidden = busy;
    this.#cover.hidden = false;
  }

  #hide(): void {
    this.#cover.hidden = true;
  }
}

function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60)
    return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
