// The address plan of the tests: who is who wherever an address is written in a test row. Article 001's machines first.
//
//   192.168.1.0/24   the LAN           .200 master   .201 node01   .202 node02   .50 laptop
//   10.244.K.0/24    pods of node K    .1 cni0       .0 flannel.1 (a /32)        .2 … pods
//   10.96.0.0/12     ClusterIPs        10.96.0.20 web   10.100.77.149 mytest-svc
//   10.0.N.0/24      a wire between a router and machine N: .1 the router, .2 the machine
//   203.0.113.0/24   the world         .7 phone
/** The seed of every property test, so that a failure today is the failure of tomorrow. */
export const SEED = 1_001
