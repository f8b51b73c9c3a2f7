/** The most files that are read for one data set. A folder may hold other files beside CIFAR's. Imports nothing. */
export const MAX_FILES = 1000;
