Feature: Article 002: Flannel

  Containers of different machines reach one another by the addresses that they have: docker0 gives a packet to flannel0, flanneld
  reads it there, puts it into UDP, and the flanneld of the other machine takes it out again. Machines, networks and containers are
  the article's: nginx 10.0.46.2 on 192.168.8.227, tomcat 10.0.90.2 on 192.168.8.228.

  Rule: The tunnel of the article

    Background:
      Given the cluster from "002/cluster.yaml"
      And the manifests from "002/pods.yaml"
      And these pods will be pinned:
        | name   | node  | address   |
        | nginx  | node1 | 10.0.46.2 |
        | beside | node1 | 10.0.46.3 |
        | tomcat | node2 | 10.0.90.2 |

    @002-tunnel
    Scenario: a connection from nginx to tomcat, device by device
      When pod "nginx" connects to 10.0.90.2:8080
      Then pod "tomcat" answers
      And the path is:
        | in     | step        | device   | source                | destination        | ttl | bytes | outer                                    |
        | nginx  | send        |          | 10.0.46.2:51412       | 10.0.90.2:8080     | 64  | 60    |                                          |
        | nginx  | route       | eth0     | 10.0.46.2:51412       | 10.0.90.2:8080     | 64  | 60    |                                          |
        | node1  | route       | flannel0 | 10.0.46.2:51412       | 10.0.90.2:8080     | 64  | 60    |                                          |
        | node1  | encapsulate | flannel0 | 10.0.46.2:51412       | 10.0.90.2:8080     | 62  | 60    | 192.168.8.227:8285 -> 192.168.8.228:8285 |
        | node1  | route       | eth0     | 192.168.8.227:8285    | 192.168.8.228:8285 | 64  | 88    |                                          |
        | node2  | route       | eth0     | 192.168.8.227:8285    | 192.168.8.228:8285 | 64  | 88    |                                          |
        | node2  | decapsulate | flannel0 | 10.0.46.2:51412       | 10.0.90.2:8080     | 61  | 60    | 192.168.8.227:8285 -> 192.168.8.228:8285 |
        | node2  | route       | docker0  | 10.0.46.2:51412       | 10.0.90.2:8080     | 61  | 60    |                                          |
        | tomcat | route       | eth0     | 10.0.46.2:51412       | 10.0.90.2:8080     | 60  | 60    |                                          |
        | tomcat | deliver     |          | 10.0.46.2:51412       | 10.0.90.2:8080     | 60  | 60    |                                          |

    @002-tunnel
    Scenario: the answer goes the same way back
      When pod "nginx" connects to 10.0.90.2:8080
      Then the path of the reply is:
        | in     | step        | source         | destination     | ttl | outer                                    |
        | tomcat | send        | 10.0.90.2:8080 | 10.0.46.2:51412 | 64  |                                          |
        | node2  | encapsulate | 10.0.90.2:8080 | 10.0.46.2:51412 | 62  | 192.168.8.228:8285 -> 192.168.8.227:8285 |
        | node1  | decapsulate | 10.0.90.2:8080 | 10.0.46.2:51412 | 61  | 192.168.8.228:8285 -> 192.168.8.227:8285 |
        | nginx  | deliver     | 10.0.90.2:8080 | 10.0.46.2:51412 | 60  |                                          |

    Scenario Outline: each machine has docker0 and flannel0, and one route for all the others
      Then the devices of node "<node>" are:
        | device   | kind     | mtu  | addresses    |
        | eth0     | ethernet | 1500 | <eth0>/24    |
        | docker0  | bridge   | 1472 | <docker0>/24 |
        | flannel0 | tun      | 1472 | <flannel0>/16 |
      And the routes of node "<node>" are:
        """
        default via 192.168.8.1 dev eth0
        10.0.0.0/16 dev flannel0 proto kernel scope link src <flannel0>
        <flannel0>/24 dev docker0 proto kernel scope link src <docker0>
        192.168.8.0/24 dev eth0 proto kernel scope link src <eth0>
        """

      Examples:
        | node  | eth0          | docker0   | flannel0  |
        | node1 | 192.168.8.227 | 10.0.46.1 | 10.0.46.0 |
        | node2 | 192.168.8.228 | 10.0.90.1 | 10.0.90.0 |

    @002-leases
    Scenario: etcd keeps one network for each machine, and no two are the same
      Then flanneld keeps in etcd:
        | key                                         | value                        |
        | /coreos.com/network/config                  | {"Network":"10.0.0.0/16"}    |
        | /coreos.com/network/subnets/10.0.46.0-24    | {"PublicIP":"192.168.8.227"} |
        | /coreos.com/network/subnets/10.0.90.0-24    | {"PublicIP":"192.168.8.228"} |

    @002-subnet-env @002-bip
    Scenario: flanneld writes what it got, and docker takes its options from there
      Then the file "/run/flannel/subnet.env" of node "node1" is:
        """
        FLANNEL_NETWORK=10.0.0.0/16
        FLANNEL_SUBNET=10.0.46.1/24
        FLANNEL_MTU=1472
        FLANNEL_IPMASQ=true
        """
      And the file "/run/docker_opts.env" of node "node1" is:
        """
        DOCKER_OPT_BIP="--bip=10.0.46.1/24"
        DOCKER_OPT_IPMASQ="--ip-masq=false"
        DOCKER_OPT_MTU="--mtu=1472"
        DOCKER_OPTS=" --bip=10.0.46.1/24 --ip-masq=false --mtu=1472"
        """

    @002-bridge
    Scenario: two containers of one machine meet on docker0
      When pod "nginx" connects to 10.0.46.3:80
      Then pod "beside" answers
      And the path is:
        | in     | device  | step     | source          | destination  | ttl |
        | nginx  | eth0    | transmit | 10.0.46.2:51412 | 10.0.46.3:80 | 64  |
        | node1  | docker0 | bridge   | 10.0.46.2:51412 | 10.0.46.3:80 | 64  |
        | …      |         |          |                 |              |     |
        | beside |         | deliver  | 10.0.46.2:51412 | 10.0.46.3:80 | 64  |

    @002-pause
    Scenario: containers of one pod share the network of its pause container
      When pod "nginx" connects to 127.0.0.1:9000
      Then pod "nginx" answers
      And the path is:
        | in    | device | step    | source          | destination    |
        | nginx | lo     | route   | 127.0.0.1:51412 | 127.0.0.1:9000 |
        | nginx |        | deliver | 127.0.0.1:51412 | 127.0.0.1:9000 |

    Scenario: a machine reaches the other's container from the address of its flannel0
      When node "node1" connects to 10.0.90.2:8080
      Then pod "tomcat" answers
      And the server sees the source 10.0.46.0
      And the path is:
        | in     | step        | source          | destination    | ttl |
        | node1  | send        | 10.0.46.0:51412 | 10.0.90.2:8080 | 64  |
        | node1  | encapsulate | 10.0.46.0:51412 | 10.0.90.2:8080 | 63  |
        | node2  | decapsulate | 10.0.46.0:51412 | 10.0.90.2:8080 | 62  |
        | tomcat | deliver     | 10.0.46.0:51412 | 10.0.90.2:8080 | 61  |

    @002-tunnel-broken
    Scenario Outline: nobody but flanneld carries packets between the machines: it stops on <node>
      When flanneld on node "<node>" stops
      And pod "nginx" connects to 10.0.90.2:8080
      Then the request is <fate>
      And the explanation says "flanneld does not run on <node>"
      When pod "nginx" connects to 10.0.46.3:80
      Then pod "beside" answers

      Examples:
        | node  | fate    |
        | node1 | host-unreachable |
        | node2 | refused |

    @002-pause-broken
    Scenario: the containers of another pod of the machine are not on localhost
      When pod "beside" connects to 127.0.0.1:9000
      Then the request is refused

    @002-bridge-broken
    Scenario: docker0 answers for nobody that is not there
      When pod "nginx" connects to 10.0.46.99:80
      Then the request is host-unreachable

    @002-leases-broken
    Scenario: a network that nobody has leased answers nobody
      # flanneld does say so, from flannel0's own address, which the kernel lets no packet come in with.
      When pod "nginx" connects to 10.0.77.7:80
      Then the request is no-route
      And the explanation says "flanneld knows no machine that has 10.0.77.7"
      And curl exits with 28

    Scenario: what leaves the containers' network leaves with the machine's address
      When pod "nginx" connects to 192.168.8.50:80
      Then the path is:
        | in    | step | source              | destination     |
        | node1 | snat | 192.168.8.227:51412 | 192.168.8.50:80 |

    Scenario: from outside, no route leads to a container
      When client "laptop" connects to 10.0.90.2:8080
      Then the request is host-unreachable

    Scenario: 1472 bytes fit into the tunnel
      When pod "nginx" sends a udp packet of 1472 bytes that may not be cut to 10.0.90.2:9
      Then the path is:
        | in    | step        | bytes | outer                                    |
        | nginx | send        | 1472  |                                          |
        | node1 | encapsulate | 1472  | 192.168.8.227:8285 -> 192.168.8.228:8285 |
        | node2 | decapsulate | 1472  | 192.168.8.227:8285 -> 192.168.8.228:8285 |
        | tomcat | reject     | 1472  |                                          |

    Scenario: 1473 bytes do not, and the sender's own kernel says so
      When pod "nginx" sends a udp packet of 1473 bytes that may not be cut to 10.0.90.2:9
      Then the request is mtu-exceeded
      And the explanation says "1473 bytes do not fit the MTU of its way, 1472"

  Rule: What else the article says

    Background:
      Given the manifests from "002/pods.yaml"
      And these pods will be pinned:
        | name   | node  | address   |
        | nginx  | node1 | 10.0.46.2 |
        | beside | node1 | 10.0.46.3 |
        | tomcat | node2 | 10.0.90.2 |

    @002-bip-broken @002-subnet-env-broken
    Scenario: where docker masquerades, tomcat sees flannel0's address and not nginx's
      # flanneld's own default is not to masquerade; docker's options then say that docker does, and its rule knows nothing of flannel0.
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        kubernetesVersion: v1.13.0
        networking:
          podSubnet: 10.0.0.0/16
          serviceSubnet: 10.254.0.0/16
          cni: {name: flannel, backend: udp, bridge: docker0, ipMasq: false}
        nodes:
          - {name: node1, addresses: [192.168.8.227], podCIDRs: [10.0.46.0/24]}
          - {name: node2, addresses: [192.168.8.228], podCIDRs: [10.0.90.0/24]}
        """
      When pod "nginx" connects to 10.0.90.2:8080
      Then pod "tomcat" answers
      And the server sees the source 10.0.46.0
      And the file "/run/flannel/subnet.env" of node "node1" is:
        """
        FLANNEL_NETWORK=10.0.0.0/16
        FLANNEL_SUBNET=10.0.46.1/24
        FLANNEL_MTU=1472
        FLANNEL_IPMASQ=false
        """
      And the file "/run/docker_opts.env" of node "node1" is:
        """
        DOCKER_OPT_BIP="--bip=10.0.46.1/24"
        DOCKER_OPT_IPMASQ="--ip-masq=true"
        DOCKER_OPT_MTU="--mtu=1472"
        DOCKER_OPTS=" --bip=10.0.46.1/24 --ip-masq=true --mtu=1472"
        """
      And the rules of node "node1" contain:
        """
        -A POSTROUTING -s 10.0.46.0/24 ! -o docker0 -j MASQUERADE
        """

    @002-leases
    Scenario: a flanneld that has no network yet draws one that nobody has
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        kubernetesVersion: v1.13.0
        networking:
          podSubnet: 10.0.0.0/16
          serviceSubnet: 10.254.0.0/16
          cni: {name: flannel, backend: udp, bridge: docker0, leases: etcd}
        nodes:
          - {name: node1, addresses: [192.168.8.227], podCIDRs: [10.0.46.0/24]}
          - {name: node2, addresses: [192.168.8.228], podCIDRs: [10.0.90.0/24]}
          - {name: node3, addresses: [192.168.8.229]}
        """
      Then flanneld keeps in etcd:
        | key                                      | value                        |
        | /coreos.com/network/subnets/10.0.46.0-24 | {"PublicIP":"192.168.8.227"} |
        | /coreos.com/network/subnets/10.0.90.0-24 | {"PublicIP":"192.168.8.228"} |
        | /coreos.com/network/subnets/10.0.43.0-24 | {"PublicIP":"192.168.8.229"} |

    Scenario Outline: other backends carry the same packet otherwise: <backend>
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        kubernetesVersion: v1.13.0
        networking:
          podSubnet: 10.0.0.0/16
          serviceSubnet: 10.254.0.0/16
          cni: {name: flannel, backend: <backend>, bridge: docker0}
        nodes:
          - {name: node1, addresses: [192.168.8.227], podCIDRs: [10.0.46.0/24]}
          - {name: node2, addresses: [192.168.8.228], podCIDRs: [10.0.90.0/24]}
        """
      When pod "nginx" connects to 10.0.90.2:8080
      Then pod "tomcat" answers
      And the server sees the source 10.0.46.2
      And the path is:
        | in     | step    | ttl   |
        | tomcat | deliver | <ttl> |
      And the routes of node "node1" are:
        """
        default via 192.168.8.1 dev eth0
        10.0.46.0/24 dev docker0 proto kernel scope link src 10.0.46.1
        <other>
        192.168.8.0/24 dev eth0 proto kernel scope link src 192.168.8.227
        """

      Examples:
        | backend | ttl | other                                           |
        | vxlan   | 62  | 10.0.90.0/24 via 10.0.90.0 dev flannel.1 onlink |
        | host-gw | 62  | 10.0.90.0/24 via 192.168.8.228 dev eth0         |
