/** Questions to the visitor before an action that loses work. */
import { create } from 'zustand';

export interface Question {
  readonly title: string;
  /** What is lost and what stays. */
  readonly message: string;
  /** Label of the button that confirms. */
  readonly yes: string;
}

interface Asked {
  readonly question: Question;
  readonly answer: (yes: boolean) => void;
}

/** The question on screen. */
export const useAsked = create<{ readonly asked: Asked | null }>(() => ({ asked: null }));

/** Resolves to whether the visitor confirmed. A later question answers an open one with no. */
export function ask(question: Question): Promise<boolean> {
  useAsked.getState().asked?.answer(false);
  return new Promise((resolve) => {
    const asked: Asked = {
      question,
      answer(yes) {
        if (useAsked.getState().asked === asked) useAsked.setState({ asked: null });
        resolve(yes);
      },
    };
    useAsked.setState({ asked });
  });
}
