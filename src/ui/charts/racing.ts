import { createContext } from 'react';

/** Whether a race runs on this machine, whose training needs the processor. */
export const Racing = createContext(false);
