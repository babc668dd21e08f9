// A new search moves by itself, once, until somebody touches anything; nobody is told where it is.

const calmly = matchMedia("(prefers-reduced-motion: reduce)");
const STEP_MS = 450;
const TOUCHES = ["pointerdown", "keydown"];

// player: the selector of what stops it by its own means.
export function playOnce(stage, player) {
  if (calmly.matches || !stage.last) return;
  const { tell } = stage;
  const listen = (how) => TOUCHES.forEach((touch) => document[how](touch, hear, true));
  const hear = (event) => {
    listen("removeEventListener");
    const isPlayers = event.key === " " || event.composedPath().some((one) => one.matches?.(player));
    if (!isPlayers) stage.play(false);
  };
  stage.tell = null;
  listen("addEventListener");
  stage.play(true, STEP_MS);
  stage.watch(["playing"], () => {
    if (stage.state.playing || stage.tell) return;
    stage.tell = tell;
    listen("removeEventListener");
  });
}
