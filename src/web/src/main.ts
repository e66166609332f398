import { Connection } from "./connection";
import { Controls } from "./controls";
import { byId } from "./dom";
import { Mixer, PlainPainter, type Painter } from "./mixer";
import { Panel } from "./panel";
import type { Frame } from "./protocol";
import { postFit, type Fit, type Session, type Source, type Status } from "./session";
import { Stage } from "./stage";

const fitNotice = "The fit could not be changed: the server did not take it.";
const plainNotice = "This browser has no WebGL2, so the video is shown without its saliency overlay.";

const canvas = byId("canvas", HTMLCanvasElement);
const panel = new Panel();
const controls = new Controls(() => painter.redraw(controls.mix), fit => void changeFit(fit));
const painter = choosePainter();
const stage = new Stage(() => void connection.open());
let source: Source | undefined;
let end: Status["end"] = null;
let presented = 0;
let moving = false;
let fitPending = false;

const connection = new Connection({
  connecting() {
    moving = false;
    if (end === null)
      stage.connecting();
  },

  session(session: Session) {
    controls.offer(session);
    panel.showSession(session);
  },

  status(status: Status) {
    panel.showStatus(status);
    if (!fitPending)
      controls.showFit(status.fit);
    source = status.source;
    end = status.end;
    showSourceState();
  },

  async frame(frame: Frame) {
    const image = await createImageBitmap(new Blob([frame.jpeg], { type: "image/jpeg" }));
    painter.draw(image, frame, controls.mix);
    stage.resize(image.width, image.height);
    image.close();
    panel.showFrame(frame);
    moving = true;
    presented++;
    document.documentElement.dataset.frames = String(presented);
    document.documentElement.dataset.sequence = String(frame.sequence);
    showSourceState();
  },

  disconnected(reason: string, retryMs: number) {
    // A server goes when its source has ended; the last frame stays, and a new server is found without a word.
    if (end === null)
      stage.disconnected(reason, retryMs);
  },
});

void connection.open();

function choosePainter(): Painter {
  const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, preserveDrawingBuffer: true });
  if (gl !== null)
    return new Mixer(canvas, gl);
  controls.disableViewer();
  panel.addNotice(plainNotice);
  return new PlainPainter(canvas, canvas.getContext("2d")!);
}

function showSourceState(): void {
  if (end !== null)
    stage.ended(end.reason, end.isFailure);
  else if (source !== undefined && source.state !== "running")
    stage.waiting(source.state, source.reason, source.forMs);
  else if (moving)
    stage.live();
}

async function changeFit(fit: Fit): Promise<void> {
  fitPending = true;
  try {
    await postFit(fit);
    panel.removeNotice(fitNotice);
  } catch {
    panel.addNotice(fitNotice);
  } finally {
    fitPending = false;
  }
}
