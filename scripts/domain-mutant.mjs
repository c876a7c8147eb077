/** Makes the mutants of one file of the planners. `laws` are tests that must notice them without the tables. */
export const mutantsOf = (file, laws) => (rule, what, from, to) => ({ file: `domain/${file}`, rule, what, from, to, laws });
