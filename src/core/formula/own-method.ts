/** A method written as formulas: its network passes, its cost, and warnings about likely mistakes. */
import { formulaOf, type Formula } from './check.ts';

export interface OwnMethod {
  /** What the attack ascends, per example. */
  readonly objective: Formula;
  /** The first term of the loss, a number. */
  readonly first: Formula;
  /** The second term; null if the loss is the first term alone, which has no gradient conflict. */
  readonly second: Formula | null;
}

/** The formulas as texts, as in the switches. An empty second term means that there is none. */
export interface OwnMethodTexts {
  readonly attackObjective: string;
  readonly firstTerm: string;
  readonly secondTerm: string;
}

/** The checked formulas. Throws `FormulaError` if one of them is wrong. */
export const ownMethodOf = ({ attackObjective, firstTerm, secondTerm }: OwnMethodTexts): OwnMethod => ({
  objective: formulaOf(attackObjective, 'objective'),
  first: formulaOf(firstTerm, 'first'),
  second: secondTerm.trim() === '' ? null : formulaOf(secondTerm, 'second'),
});

export type Image = 'x' | "x'";
export type Branch = 'clean' | 'adv';

/** One pass of the images x or x' through the network, through one of its BatchNorm sets. */
export interface Pass {
  readonly image: Image;
  readonly branch: Branch;
  /** Whether features of the aligned layers are needed. */
  readonly features: boolean;
  /**
   * Whether a formula has it outside `sg`. In a term its gradient then goes back to the weights; in the objective only
   * a pass of x' has a backward pass, which goes to x'.
   */
  readonly gradient: boolean;
}

/** The name of a pass in maps. */
export const passKey = ({ image, branch }: Pick<Pass, 'image' | 'branch'>): string => `${image} ${branch}`;

/**
 * The order of the passes, which is also the order of their updates of the running statistics. It is that of the
 * official codes: x, then x', then x a second time.
 */
const ORDER: readonly string[] = ['x clean', "x' adv", 'x adv', "x' clean"];

/**
 * The pass that a call of f or z needs, with or without the suffix `_clean` or `_adv`; null for other functions.
 * Without a suffix x goes through the clean set and x' through the adversarial one.
 */
export function passOf(
  call: Formula & { kind: 'call' },
): { image: Image; branch: Branch; features: boolean } | null {
  const [arg] = call.args;
  if (arg.type !== 'image' || arg.kind !== 'name') return null;
  const image = arg.name as Image;
  const [what, branch] = call.name.split('_');
  return {
    image,
    branch: branch === 'clean' || branch === 'adv' ? branch : image === 'x' ? 'clean' : 'adv',
    features: what === 'z',
  };
}

/** The passes that the formulas need, each once, in the order in which they are made. Null formulas are skipped. */
export function passesIn(formulas: readonly (Formula | null)[]): Pass[] {
  const found = new Map<string, Pass>();
  const visit = (formula: Formula, live: boolean): void => {
    switch (formula.kind) {
      case 'negation':
        return visit(formula.operand, live);
      case 'operation':
        visit(formula.left, live);
        return visit(formula.right, live);
      case 'call': {
        const pass = passOf(formula);
        if (!pass) return formula.args.forEach((arg) => visit(arg, live && formula.name !== 'sg'));
        const key = passKey(pass);
        const before = found.get(key);
        const features = pass.features || (before?.features ?? false);
        found.set(key, { ...pass, features, gradient: live || (before?.gradient ?? false) });
      }
    }
  };
  for (const formula of formulas) if (formula) visit(formula, true);
  return ORDER.flatMap((key) => found.get(key) ?? []);
}

/** Whether the name or function `name` occurs in `formula`; false for null. */
export function mentions(formula: Formula | null, name: string): boolean {
  if (!formula) return false;
  switch (formula.kind) {
    case 'number':
      return false;
    case 'name':
      return formula.name === name;
    case 'negation':
      return mentions(formula.operand, name);
    case 'operation':
      return mentions(formula.left, name) || mentions(formula.right, name);
    case 'call':
      return formula.name === name || formula.args.some((arg) => mentions(arg, name));
  }
}

const terms = ({ first, second }: OwnMethod) => [first, second];

/** Whether a term has x'. If none has, the method makes no attack. */
export const needsAttack = (own: OwnMethod): boolean => terms(own).some((term) => mentions(term, "x'"));

/** Whether a formula has a, so that the balance must be measured. */
export const usesBalance = (own: OwnMethod): boolean =>
  [own.objective, ...terms(own)].some((formula) => mentions(formula, 'a'));

/** Whether a term has the predictor h. */
export const usesPredictor = (own: OwnMethod): boolean => terms(own).some((term) => mentions(term, 'h'));

/** The images of the passes that are computed. Without split BN each image goes through the one set once. */
function imagesOf(passes: readonly Pass[], splitBn: boolean): Image[] {
  const images = passes.map(({ image }) => image);
  return splitBn ? images : [...new Set(images)];
}

/**
 * Network passes per training image and step with `attackSteps` steps of the attack, counted as in `MethodInfo.passes`:
 * forward 1, gradient of the image 1, gradient of everything 2. A pass inside `sg` counts like any other: its gradient
 * is computed, from zeros.
 */
export function passCount(own: OwnMethod, splitBn: boolean, attackSteps: number): number {
  const trained = 3 * imagesOf(passesIn(terms(own)), splitBn).length;
  if (!needsAttack(own)) return trained;
  const inAttack = imagesOf(passesIn([own.objective]), splitBn);
  const once = inAttack.filter((image) => image === 'x').length;
  return trained + once + attackSteps * 2 * (inAttack.length - once);
}

/** Warnings about formulas that are valid but probably a mistake, one text each; empty if there are none. */
export function oddities(own: OwnMethod, splitBn: boolean): string[] {
  const out: string[] = [];
  if (!passesIn(terms(own)).some(({ gradient }) => gradient))
    out.push('No term trains the network: every pass through it is inside sg, which stops the gradient.');
  if (!needsAttack(own))
    out.push('No term has x′: the method trains on clean images alone, and there is no attack.');
  if (splitBn && !passesIn(terms(own)).some(({ branch, gradient }) => branch === 'adv' && gradient))
    out.push(
      'No term trains the adversarial BatchNorm set, through which images go when the model is judged: share one set, or write f_adv(x).',
    );
  return out;
}
