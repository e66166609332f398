import { byId, make, write } from "./dom";
import type { Mix } from "./mixer";
import { modes } from "./shaders";
import { decodeColourMap, type Fit, type Session } from "./session";

const layered = ["combined", "lovi", "fast-cam", "non-class"];
const shaderViews = { "combined": "combined", "lovi": "lovi", "class": "class", "fast-cam": "fastCam", "non-class": "nonClass" } as const;
const modeTitles = {
  colour: "Over the frame",
  grey: "Over the frame in grey",
  soft: "As opaque as it is salient, so that the rest stays clear",
  alone: "The map without the frame",
};
const fits: Fit[] = ["crop", "stretch", "letterbox"];
const fitNotes: Record<Fit, string> = {
  crop: "The network does not see the edges outside the outline, which the overlay dims.",
  stretch: "The network sees all of the frame, out of proportion.",
  letterbox: "The network sees all of the frame, between empty borders.",
};

/** The viewer's own choices, which stay in this page, and the fit, which is the stream's. */
export class Controls {
  readonly mix: Mix = { overlay: true, view: "combined", mode: "colour", opacity: 0.6, weights: [], colours: new Uint8Array(768) };
  #session: Session | undefined;
  #form = byId("controls", HTMLFormElement);
  #viewer = byId("viewerControls", HTMLFieldSetElement);
  #weights = byId("weightsControl", HTMLFieldSetElement);
  #overlay = byId("overlay", HTMLInputElement);
  #opacity = byId("opacity", HTMLInputElement);
  #opacityValue = byId("opacityValue", HTMLOutputElement);
  #colourMap = byId("colourMap", HTMLSelectElement);
  #legend = byId("legend", HTMLCanvasElement);
  #hues = byId("hues", HTMLOListElement);
  #fitNote = byId("fitNote", HTMLParagraphElement);

  constructor(changed: () => void, fitChosen: (fit: Fit) => void) {
    offer("fit", fits.map(fit => [fit, capitalise(fit)]), "crop");
    this.#form.addEventListener("submit", event => event.preventDefault());
    this.#form.addEventListener("input", event => {
      const input = event.target as HTMLInputElement;
      if (input.name === "fit") {
        fitChosen(input.value as Fit);
        return;
      }
      this.#apply();
      changed();
    });
  }

  /** Takes a session's choices over; after a reconnection the viewer's own stay where they still exist. */
  offer(session: Session): void {
    const first = this.#session === undefined;
    const layers = session.layers.map((layer, k): [string, string, string] =>
      [`layer${k + 1}`, layer.width === layer.height ? String(layer.width) : `${layer.width}×${layer.height}`,
        `${layer.channels} channels of ${layer.width} × ${layer.height}: ${layer.tensor}`]);
    if (layers.length > 1) {
      layers[0]![1] += " finest";
      layers[layers.length - 1]![1] += " coarsest";
    }
    const classViews: [string, string, string][] = session.classMap === null ? [] : [
      ["class", "Class", `Where the class is seen (${session.classMap})`],
      ["fast-cam", "Fast-CAM", "All layers, where the class is"],
      ["non-class", "Non-class", "All layers, where the class is not"],
    ];
    offer("view", [["combined", "Combined", "All layers, weighted"], ["lovi", "LOVI", "All layers at once, each in a hue of its own"], ...layers, ...classViews],
      chosen("view") ?? session.view);
    byId("view", HTMLDivElement).title = session.noClassMap ?? "";
    offer("mode", modes.map(mode => [mode, capitalise(mode), modeTitles[mode]]), chosen("mode") ?? session.mode);
    showHues(this.#hues, session);
    offer("weights", Object.entries(session.presets).map(([name, weights]): [string, string, string] =>
      [name, capitalise(name), weights.join(" : ")]), chosen("weights") ?? session.weights);

    const names = Object.keys(session.colourMaps);
    const kept = first ? session.colourMap : this.#colourMap.value;
    this.#colourMap.replaceChildren(...names.map(name => new Option(capitalise(name), name)));
    this.#colourMap.value = names.includes(kept) ? kept : names[0] ?? "";
    if (first)
      this.#opacity.value = String(Math.round(100 * session.opacity));

    this.#session = session;
    this.showFit(session.fit);
    this.#apply();
  }

  showFit(fit: Fit): void {
    const radio = this.#form.querySelector<HTMLInputElement>(`input[name=fit][value=${CSS.escape(fit)}]`);
    if (radio !== null)
      radio.checked = true;
    write(this.#fitNote, fitNotes[fit]);
  }

  /** Without a mixer there is nothing to choose. */
  disableViewer(): void {
    this.#viewer.disabled = true;
  }

  #apply(): void {
    const session = this.#session;
    if (session === undefined)
      return;
    const view = chosen("view") ?? "combined";
    const percent = Number(this.#opacity.value);
    this.mix.overlay = this.#overlay.checked;
    this.mix.opacity = percent / 100;
    this.mix.view = shaderViews[view as keyof typeof shaderViews] ?? "combined";
    this.mix.mode = modes.find(mode => mode === chosen("mode")) ?? "colour";
    this.mix.weights = layered.includes(view)
      ? session.presets[chosen("weights") ?? ""] ?? session.layers.map(() => 1)
      : session.layers.map((_, k) => Number(`layer${k + 1}` === view));
    this.#opacityValue.value = `${percent} %`;
    this.#weights.disabled = !layered.includes(view);
    this.#hues.hidden = view !== "lovi";
    this.#legend.parentElement!.hidden = view === "lovi";
    this.#colourMap.disabled = view === "lovi";

    const colours = session.colourMaps[this.#colourMap.value];
    if (colours !== undefined) {
      this.mix.colours = decodeColourMap(colours);
      drawLegend(this.#legend, this.mix.colours);
    }
  }
}

/** Fills a group of radio buttons: value, label, explanation; the first is chosen where `selected` is none of them. */
function offer(name: string, choices: [string, string, string?][], selected: string): void {
  const known = choices.some(([value]) => value === selected);
  byId(name, HTMLDivElement).replaceChildren(...choices.map(([value, label, title], k) => {
    const input = make("input", "");
    input.type = "radio";
    input.name = name;
    input.value = value;
    input.checked = known ? value === selected : k === 0;
    const text = make("label", "", input, make("span", "", label));
    text.title = title ?? "";
    return text;
  }));
}

/** One chip a layer, in the hue that shows it where it is salient alone. */
function showHues(list: HTMLOListElement, { layers }: Session): void {
  list.replaceChildren(...layers.map(({ tensor, channels, width, height }, k) => {
    const chip = make("li", "", String(width));
    chip.style.backgroundColor = `hsl(${layers.length > 1 ? 300 * (1 - k / (layers.length - 1)) : 0} 100% 50%)`;
    chip.title = `${tensor}: ${channels} channels of ${width} × ${height}`;
    return chip;
  }));
}

function chosen(name: string): string | undefined {
  return document.querySelector<HTMLInputElement>(`input[name=${name}]:checked`)?.value;
}

function drawLegend(canvas: HTMLCanvasElement, colours: Uint8Array): void {
  const context = canvas.getContext("2d")!;
  const row = context.createImageData(256, 1);
  for (let i = 0; i < 256; i++)
    row.data.set([colours[3 * i]!, colours[3 * i + 1]!, colours[3 * i + 2]!, 255], 4 * i);
  context.putImageData(row, 0, 0);
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
