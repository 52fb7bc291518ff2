// For people who run cucumber-js itself: the same features and steps as `hopspec run`, without its report and without its checks against testing nothing.
module.exports = {
  default: {
    paths: ['features/**/*.feature'],
    requireModule: ['ts-node/register'],
    require: ['steps/*.ts'],
    worldParameters: { root: __dirname, seed: 1, mode: null },
  },
}
