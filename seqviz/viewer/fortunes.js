// What became of the nodes of the tree in the end, as flags (0 or 1) of every node.

const KEPT = 1;
const FINISHED = 2;

// isBest: on the path of the best hypothesis; isLost: nothing that it led to lived to the end;
// isDead: kept, but every continuation was cut.
export function fortunes(tree, best) {
  const count = tree.step.length;
  const [isBest, isLost, isDead] = [0, 1, 2].map(() => new Uint8Array(count));
  const [hasHeir, reaches] = [0, 1].map(() => new Uint8Array(count));
  for (const node of [0, ...best]) isBest[node] = 1;
  for (let node = count - 1; node > 0; node -= 1) { // children come after their parents
    const fate = tree.fate[node];
    if (fate === FINISHED || (fate === KEPT && tree.step[node] === tree.last)) reaches[node] = 1;
    if (fate === KEPT || fate === FINISHED) hasHeir[tree.parent[node]] = 1;
    if (reaches[node]) reaches[tree.parent[node]] = 1;
    if (fate === KEPT && !reaches[node]) isLost[node] = 1;
    if (isLost[node] && !hasHeir[node]) isDead[node] = 1;
  }
  return { isBest, isLost, isDead };
}
