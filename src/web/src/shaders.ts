/** One triangle that covers the screen; `position` runs over the frame from 0,0 (top left) to 1,1. */
export const vertexShader = `#version 300 es
out vec2 position;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
  position = vec2(corner.x, 1.0 - corner.y);
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

/** The mix of `layerCount` maps: samplers cannot be indexed by a variable, so the sum is written out. */
export function fragmentShader(layerCount: number): string {
  const numbers = Array.from({ length: layerCount }, (_, k) => k);
  return `#version 300 es
precision highp float;
in vec2 position;
out vec4 colour;
uniform sampler2D picture;
uniform sampler2D colours;
${numbers.map(k => `uniform sampler2D layer${k};`).join("\n")}
uniform float weights[${Math.max(1, layerCount)}]; // they add up to 1
uniform vec2 frame;
uniform vec4 source;
uniform float opacity;
uniform float outline;
uniform bool overlay;

void main() {
  vec3 seen = textureLod(picture, position, 0.0).rgb;
  vec2 pixel = position * frame;
  vec2 beyond = max(source.xy - pixel, pixel - source.xy - source.zw);
  float outside = max(beyond.x, beyond.y);
  if (overlay && outside > 0.0)
    seen = outside <= outline ? mix(seen, vec3(1.0), 0.7) : 0.45 * seen;
  else if (overlay) {
    vec2 at = (pixel - source.xy) / source.zw;
    float saliency = ${numbers.map(k => `weights[${k}] * textureLod(layer${k}, at, 0.0).r`).join(" + ") || "0.0"};
    int step = int(clamp(saliency, 0.0, 1.0) * 255.0 + 0.5);
    seen = mix(seen, texelFetch(colours, ivec2(step, 0), 0).rgb, opacity);
  }
  colour = vec4(seen, 1.0);
}`;
}
