// Builds article 001's cluster again and again until it is killed. Prints a line when it has begun.
require('ts-node/register')
const { articleState } = require('../trace/article')
const { networkOf } = require('../../src/node/network')
const { build } = require('../../src/real/build')

const network = networkOf(articleState())
console.log('begun')
for (;;) build(network, { rights: process.argv[2] }).close()
