import { byId, make, write } from "./dom";
import { LedgerPanel } from "./ledger";
import type { Frame, Prediction } from "./protocol";
import type { Session, Source, Status } from "./session";

const shownPredictions = 5;
/** Numbers that change faster cannot be read. */
const refreshMs = 250;

const deliveries: Record<string, string> = {
  "every-frame": "Every frame: each has its own map, and the source waits",
  "live": "Live: frames never wait; the newest map, with its age",
};

/** The numbers beside the overlay. */
export class Panel {
  #labels: string[] = [];
  #headline = byId("headline", HTMLParagraphElement);
  #notices = byId("notices", HTMLUListElement);
  #predictions = Array.from({ length: shownPredictions }, () => new PredictionRow());
  #mapped = byId("mapped", HTMLParagraphElement);
  #stream = byId("stream", HTMLDListElement);
  #explainBy = make("dd", "", "–");
  #ledger = new LedgerPanel();
  #serverNotices: string[] = [];
  #ownNotices: string[] = [];
  #refreshed = -Infinity;
  #fps: HTMLElement;
  #median: HTMLElement;
  #slowest: HTMLElement;
  #share: HTMLElement;
  #pass: HTMLElement;
  #age: HTMLElement;

  constructor() {
    byId("predictions", HTMLOListElement).append(...this.#predictions.map(row => row.root));
    const tiles = byId("performance", HTMLDListElement);
    const tile = (name: string, unit: string, title: string) => {
      const value = make("span", "value", "–");
      const root = make("div", "tile", make("dt", "", name), make("dd", "", value, make("small", "", unit)));
      root.title = title;
      tiles.append(root);
      return value;
    };
    this.#fps = tile("Frames", "per second", "Frames that the stream shows, per second");
    this.#pass = tile("Forward pass", "ms", "One pass of the network, the explanation within it");
    this.#share = tile("Explanation", "% of the pass", "What the saliency maps cost, as a share of the pass");
    this.#median = tile("Latency p50", "ms", "From capture until the overlay goes to the sinks: half of the frames took this or less");
    this.#slowest = tile("Latency p99", "ms", "From capture until the overlay goes to the sinks: 99 of 100 frames took this or less");
    this.#age = tile("Map age", "frames", "How far the map is behind the frame that it lies on");
  }

  showSession(session: Session): void {
    this.#labels = session.labels;
    this.#ledger.clear();
    write(this.#headline, [session.source, session.model, session.provider].join(" · "));
    const facts: [string, string][] = [
      ["Source", session.source],
      ["Model", session.model],
      ["Provider", session.provider],
      ["Maps", session.maps],
      ["Promise", deliveries[session.delivery] ?? session.delivery],
      ["Version", session.version],
    ];
    this.#stream.replaceChildren(
      make("div", "", make("dt", "", "Explained by"), this.#explainBy),
      ...facts.map(([name, value]) => make("div", "", make("dt", "", name), make("dd", "", value))));
  }

  showStatus(status: Status): void {
    write(this.#fps, fixed(status.fps, 1));
    write(this.#median, fixed(status.latencyMs.p50, 1));
    write(this.#slowest, fixed(status.latencyMs.p99, 1));
    write(this.#share, fixed(100 * status.explanationShare, 1));
    write(this.#pass, fixed(status.passMs, 1));
    write(this.#explainBy, status.explainBy);
    this.#ledger.show(status);
    this.#serverNotices = [...status.notices, ...sourceNotices(status.source)];
    this.#showNotices();
  }

  showFrame(frame: Frame): void {
    const now = performance.now();
    if (now - this.#refreshed < refreshMs)
      return;
    this.#refreshed = now;
    this.#predictions.forEach((row, i) => row.show(frame.predictions[i], this.#labels));
    write(this.#mapped, frame.classMap === undefined ? "" : `Class map: ${this.#labels[frame.classMap.class] ?? `class ${frame.classMap.class}`}`);
    write(this.#age, frame.hasMap ? `${frame.mapAgeFrames}` : "–");
    write(this.#age.nextElementSibling as HTMLElement,
      frame.hasMap ? `${frame.mapAgeFrames === 1 ? "frame" : "frames"}, ${fixed(frame.mapAgeMs, 0)} ms` : "no map yet");
  }

  /** A notice of this page's own, beside the server's. */
  addNotice(text: string): void {
    if (this.#ownNotices.includes(text))
      return;
    this.#ownNotices.push(text);
    this.#showNotices();
  }

  removeNotice(text: string): void {
    this.#ownNotices = this.#ownNotices.filter(notice => notice !== text);
    this.#showNotices();
  }

  #showNotices(): void {
    const texts = [...this.#ownNotices, ...this.#serverNotices];
    if (texts.length === this.#notices.children.length
      && texts.every((text, i) => text === this.#notices.children[i]!.textContent))
      return;
    this.#notices.replaceChildren(...texts.map(text => make("li", "", text)));
    this.#notices.hidden = texts.length === 0;
  }
}

class PredictionRow {
  #name = make("span", "name", "–");
  #percent = make("span", "percent", "");
  #bar = make("span", "fill");
  readonly root = make("li", "", this.#name, this.#percent, make("span", "track", this.#bar));

  show(prediction: Prediction | undefined, labels: string[]): void {
    const probability = prediction?.probability ?? 0;
    write(this.#name, prediction === undefined ? "–" : labels[prediction.index] ?? `class ${prediction.index}`);
    write(this.#percent, prediction === undefined ? "" : `${fixed(100 * probability, 1)} %`);
    this.#bar.style.transform = `scaleX(${probability})`;
  }
}

function sourceNotices(source: Source): string[] {
  const notices: string[] = [];
  if (source.frozenForMs !== null)
    notices.push(`The frame has been the same for ${fixed(source.frozenForMs / 1000, 0)} s: the camera may hang.`);
  if (source.restarts > 0)
    notices.push(`The source was opened anew ${source.restarts === 1 ? "once" : `${source.restarts} times`}.`);
  return notices;
}

function fixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : "–";
}
