/**
 * A translator (Chrome's, an extension) replaces the page's text nodes by `<font>` elements that hold the
 * translation, or wraps them in such elements. React keeps its text nodes, and its next `removeChild` or
 * `insertBefore` for one of them throws NotFoundError, which empties the page
 * (https://github.com/facebook/react/issues/11538). Text that changes later would also stay as it was translated
 * first, so that figures would be wrong. Two things help:
 *   - `removeChild` and `insertBefore` act on the `<font>` that replaced a text node when they are given that node.
 *     All other calls and errors are unchanged.
 *   - when the text of a replaced text node changes, the node is put back; the translator then translates it again.
 */

/** The `<font>` that replaced a text node. A WeakMap, so that both can be freed. */
const replacements = new WeakMap<Text, Element>();

const isFont = (node: Node | null): node is Element => node?.nodeName.toUpperCase() === 'FONT';
const isText = (node: Node): node is Text => node.nodeType === Node.TEXT_NODE;

/**
 * The child of `parent` that stands for `node`: `node` itself, or the `<font>` around it or in its place. Null for
 * none.
 */
function standIn(parent: Node, node: Node): Node | null {
  if (node.parentNode === parent || !isText(node)) return node;
  let at: Node | null = isFont(node.parentNode) ? node.parentNode : (replacements.get(node) ?? null);
  while (at && at.parentNode !== parent) at = isFont(at.parentNode) ? at.parentNode : null;
  return at;
}

function guardPrototype(): void {
  const { removeChild, insertBefore } = Node.prototype;
  Node.prototype.removeChild = function <T extends Node>(this: Node, child: T): T {
    const found = standIn(this, child);
    // Neither the text node nor a replacement is in the page, so that there is nothing to remove.
    if (!found && child.parentNode === null) return child;
    removeChild.call(this, found ?? child);
    return child;
  };
  Node.prototype.insertBefore = function <T extends Node>(this: Node, node: T, before: Node | null): T {
    const found = before && standIn(this, before);
    // The position is lost, so that the node goes to the end.
    if (before && !found && before.parentNode === null) return insertBefore.call(this, node, null) as T;
    return insertBefore.call(this, node, found ?? before) as T;
  };
}

/** The outermost `<font>` around `font`, itself included: translators nest two. */
function outermost(font: Element): Element {
  let at = font;
  while (isFont(at.parentNode)) at = at.parentNode;
  return at;
}

/** Remembers which `<font>` replaced which text node, and puts the text node back when its text changes. */
function followReplacements(root: Node): void {
  const taken = new WeakSet<Element>();
  const changes = new MutationObserver((records) => {
    for (const { target } of records) {
      const font = isText(target) && !target.isConnected && replacements.get(target);
      if (font && font.isConnected) outermost(font).replaceWith(target);
    }
  });
  const removed = (text: Text, { addedNodes, previousSibling, nextSibling }: MutationRecord) => {
    const near = [...addedNodes, previousSibling, nextSibling];
    const font = near.find((node): node is Element => isFont(node) && !taken.has(node));
    if (!font) return;
    taken.add(font);
    replacements.set(text, font);
    changes.observe(text, { characterData: true });
  };
  const added = (text: Text) => {
    const font = replacements.get(text);
    if (!font) return;
    replacements.delete(text);
    // React moved the text: remove its replacement from the old place.
    if (!font.contains(text)) outermost(font).remove();
  };
  new MutationObserver((records) => {
    for (const record of records) {
      for (const node of record.removedNodes) if (isText(node) && !node.isConnected) removed(node, record);
      for (const node of record.addedNodes) if (isText(node) && node.isConnected) added(node);
    }
  }).observe(root, { childList: true, subtree: true });
}

/** Call once, before anything is rendered. `root` holds all that React renders, its dialogs and notices included. */
export function surviveTranslators(root: Node): void {
  guardPrototype();
  followReplacements(root);
}
