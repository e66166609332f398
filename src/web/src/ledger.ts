import { byId, make, write } from "./dom";
import type { Account, Status } from "./session";

const number = new Intl.NumberFormat("en");

/** The equation of one account: what came in, and what became of it. */
class Equation {
  readonly root = make("section", "account");
  #mark = make("span", "mark");
  #terms: HTMLElement[] = [];
  #reasons = make("p", "reasons");

  constructor(title: string) {
    const equation = make("div", "equation");
    ["captured", "delivered", "dropped", "in flight"].forEach((name, i) => {
      if (i > 0)
        equation.append(make("span", "operator", i === 1 ? "=" : "+"));
      const value = make("b", "");
      value.dataset.term = name;
      this.#terms.push(value);
      equation.append(make("span", "term", value, make("small", "", name)));
    });
    this.root.append(make("h3", "", title, this.#mark), equation, this.#reasons);
  }

  show(account: Account): void {
    const reasons = Object.entries(account.dropped).filter(([, count]) => count > 0);
    const dropped = reasons.reduce((sum, [, count]) => sum + count, 0);
    [account.captured, account.delivered, dropped, account.inFlight].forEach((value, i) =>
      write(this.#terms[i]!, number.format(value)));
    // The server's word is not enough: the numbers on the screen must add up too.
    const balanced = account.balanced && account.captured === account.delivered + dropped + account.inFlight;
    this.root.dataset.balanced = String(balanced);
    write(this.#mark, balanced ? "✓ balanced" : "✕ does not add up");
    const losses = reasons.map(([reason, count]) => `${number.format(count)} dropped: ${reason}`);
    if (account.upstream)
      losses.push(`about ${number.format(account.upstream)} lost before they reached us`);
    write(this.#reasons, losses.join(" · "));
  }
}

/** The stream's account for each sink, and this viewer's own. */
export class LedgerPanel {
  #root = byId("ledger", HTMLDivElement);
  #equations = new Map<string, Equation>();

  show(status: Status): void {
    for (const account of status.ledger)
      this.#equation(account.sink, account.sink).show(account);
    this.#equation("", "this viewer").show(status.viewer);
  }

  /** Another session has other sinks. */
  clear(): void {
    this.#equations.clear();
    this.#root.replaceChildren();
  }

  #equation(key: string, title: string): Equation {
    let equation = this.#equations.get(key);
    if (equation === undefined) {
      equation = new Equation(title);
      equation.root.dataset.account = key || "viewer";
      this.#equations.set(key, equation);
      this.#root.append(equation.root);
    }
    return equation;
  }
}
