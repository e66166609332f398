/** The element of the page with this id; its kind is checked, so that a typing error shows at once. */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind))
    throw new Error(`the page has no ${kind.name} #${id}`);
  return found;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, className: string, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

/** Writes only what changed: an unchanged text keeps a reader's selection and costs no layout. */
export function write(target: HTMLElement, text: string): void {
  if (target.textContent !== text)
    target.textContent = text;
}
