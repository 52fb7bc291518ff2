Feature: Article 000: the way of a web application's data

  A browser asks myweb for a page, and myweb asks mysql for data. The article prints its four manifests with mistakes; here is
  what kubectl and the API server say to each, and then the corrected files at work: NodeIP:30001, myweb, MYSQL_SERVICE_HOST:3306, mysql.
  Pods hang on docker0, as in the article. kube-proxy runs in iptables mode; its userspace mode, which the article describes too, is refused by name.

  Rule: The manifests as printed

    Background:
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        kubernetesVersion: v1.35.4
        """

    @000-printed-broken
    Scenario Outline: the ReplicationControllers are no YAML
      # `replicas:1` without a blank is a text that goes on in the next line, up to a colon that must not be there.

      When I run "kubectl create -f 000/printed/<file>"
      Then it exits with 1
      And it says:
        """
        error: error parsing 000/printed/<file>: error converting YAML to JSON: yaml: line 7: mapping values are not allowed in this context
        """

      Examples:
        | file          |
        | mysql-rc.yaml |
        | myweb-rc.yaml |

    @000-printed-broken
    Scenario Outline: each correction shows the next mistake: <corrected>
      When I run "kubectl create -f 000/half-corrected/<file>"
      Then it exits with 1
      And it says:
        """
        error: error parsing 000/half-corrected/<file>: error converting YAML to JSON: yaml: <says>
        """

      Examples:
        | corrected                     | file            | says                                                   |
        | replicas                      | mysql-rc-1.yaml | line 17: mapping values are not allowed in this context |
        | the labels and the name       | mysql-rc-2.yaml | line 17: could not find expected ':'                    |
        | the image and containerPort   | mysql-rc-3.yaml | line 22: could not find expected ':'                    |

    @000-printed-broken
    Scenario Outline: a blank that is missing behind one colon alone: <what>
      When I run "kubectl create -f -" with:
        """
        apiVersion: v1
        kind: ReplicationController
        metadata:
            name: mysql
        spec:
            replicas: 1
            selector:
                <selector>
            template:
                metadata:
                    labels:
                        <label>
                spec:
                    containers:
                    - name: mysql
                      image: mysql
                      ports:
                      - <port>
                      env:
                      - name: MYSQL_ROOT_PASSWORD
                        value: <value>
        """
      Then it exits with 1
      And it says:
        """
        Error from server (BadRequest): error when creating "STDIN": ReplicationController in version "v1" cannot be handled as a ReplicationController: json: cannot unmarshal <says>
        """

      Examples:
        | what     | selector   | label      | port                | value    | says                                                                                                                |
        | selector | app:mysql  | app: mysql | containerPort: 3306 | "123456" | string into Go struct field ReplicationControllerSpec.spec.selector of type map[string]string                        |
        | label    | app: mysql | app:mysql  | containerPort: 3306 | "123456" | string into Go struct field ObjectMeta.spec.template.metadata.labels of type map[string]string                       |
        | port     | app: mysql | app: mysql | containerPort:3306  | "123456" | string into Go struct field Container.spec.template.spec.containers.ports of type v1.ContainerPort                   |
        | a number | app: mysql | app: mysql | containerPort: 3306 | 123456   | number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string                            |

    @000-printed-broken
    Scenario Outline: the Services are YAML, but ports is a mapping
      # `-port: 3306` without a blank is a key of its own, with a name that begins with a dash.

      When I run "kubectl create -f 000/printed/<file>"
      Then it exits with 1
      And it says:
        """
        Error from server (BadRequest): error when creating "000/printed/<file>": Service in version "v1" cannot be handled as a Service: json: cannot unmarshal object into Go struct field ServiceSpec.spec.ports of type []v1.ServicePort
        """

      Examples:
        | file           |
        | mysql-svc.yaml |
        | myweb-svc.yaml |

    @000-printed-broken
    Scenario: tabs are no indentation
      When I run "kubectl create -f -" with:
        """
        apiVersion: v1
        kind: Service
        metadata:
        	name: mysql
        """
      Then it exits with 1
      And it says:
        """
        error: error parsing STDIN: error converting YAML to JSON: yaml: line 4: found character that cannot start any token
        """

  Rule: The kubectl of the article's time looks at the fields itself

    Background:
      Given the cluster from "000/cluster.yaml"

    @000-printed-broken
    Scenario Outline: it finds the mapping before the API server does
      When I run "kubectl create -f 000/printed/<file>"
      Then it exits with 1
      And it says:
        """
        error: error validating "000/printed/<file>": error validating data: ValidationError(Service.spec.ports): invalid type for io.k8s.api.core.v1.ServiceSpec.ports: got "map", expected "array"; if you choose to ignore these errors, turn validation off with --validate=false
        """

      Examples:
        | file           |
        | mysql-svc.yaml |
        | myweb-svc.yaml |

  Rule: The corrected manifests

    Background:
      Given the cluster from "000/cluster.yaml"
      And the pods of replicationcontroller "mysql" will be:
        | name        | node  | address    |
        | mysql-c95jc | node2 | 172.17.2.2 |
      And the pods of replicationcontroller "myweb" will be:
        | name        | node  | address    |
        | myweb-g9pmm | node1 | 172.17.1.2 |
      And service "mysql" will get the ClusterIP 10.254.169.253
      And service "myweb" will get the ClusterIP 10.254.8.30 and the nodePort 30001

    @000-printed @000-selector
    Scenario: all four are created, in the article's order
      When I run "kubectl create -f 000/mysql-rc.yaml"
      Then it prints "replicationcontroller/mysql created"
      When I run "kubectl create -f 000/mysql-svc.yaml"
      Then it prints "service/mysql created"
      When I run "kubectl create -f 000/myweb-rc.yaml"
      Then it prints "replicationcontroller/myweb created"
      When I run "kubectl create -f 000/myweb-svc.yaml"
      Then it prints "service/myweb created"
      When I run "kubectl get svc"
      Then it prints the lines:
        """
        NAME         TYPE        CLUSTER-IP       EXTERNAL-IP   PORT(S)          AGE
        mysql        ClusterIP   10.254.169.253   <none>        3306/TCP         <any>
        myweb        NodePort    10.254.8.30      <none>        8080:30001/TCP   <any>
        """
      And the endpoints of service "mysql" are 172.17.2.2:3306
      And the endpoints of service "myweb" are 172.17.1.2:8080

    @000-environment
    Scenario: myweb's container reads where mysql is from its environment
      Given the manifests from "000/mysql-rc.yaml"
      And the manifests from "000/mysql-svc.yaml"
      And the manifests from "000/myweb-rc.yaml"
      Then the environment of pod "myweb-g9pmm" has:
        | name                        | value                     |
        | MYSQL_SERVICE_HOST          | 10.254.169.253            |
        | MYSQL_SERVICE_PORT          | 3306                      |
        | MYSQL_PORT                  | tcp://10.254.169.253:3306 |
        | MYSQL_PORT_3306_TCP         | tcp://10.254.169.253:3306 |
        | MYSQL_PORT_3306_TCP_PROTO   | tcp                       |
        | MYSQL_PORT_3306_TCP_PORT    | 3306                      |
        | MYSQL_PORT_3306_TCP_ADDR    | 10.254.169.253            |
      And the environment of pod "mysql-c95jc" has:
        | name                | value  |
        | MYSQL_ROOT_PASSWORD | 123456 |

    @000-environment-broken
    Scenario: a Service that comes after the container is not in its environment
      Given the manifests from "000/myweb-rc.yaml"
      When 60 seconds pass
      And I apply "000/mysql-svc.yaml"
      Then the environment of pod "myweb-g9pmm" has no "MYSQL_SERVICE_HOST"

    @000-selector-broken @000-node-port-broken
    Scenario: the Service myweb as printed selects mysql, and is taken without a word
      Given the manifests from "000/mysql-rc.yaml"
      And the manifests from "000/myweb-rc.yaml"
      When I run "kubectl create -f 000/half-corrected/myweb-svc-of-mysql.yaml"
      Then it prints "service/myweb created"
      And the endpoints of service "myweb" are 172.17.2.2:8080
      When an external client curls http://192.168.1.201:30001
      Then the request is refused
      And curl exits with 7
      And the explanation says "mysql-c95jc"

  Rule: The application at work

    Background:
      Given the cluster from "000/cluster.yaml"
      And the manifests from "000/mysql-rc.yaml"
      And the manifests from "000/mysql-svc.yaml"
      And the manifests from "000/myweb-rc.yaml"
      And the manifests from "000/myweb-svc.yaml"
      And the pods of replicationcontroller "mysql" will be:
        | name        | node  | address    |
        | mysql-c95jc | node2 | 172.17.2.2 |
      And the pods of replicationcontroller "myweb" will be:
        | name        | node  | address    |
        | myweb-g9pmm | node1 | 172.17.1.2 |
      And service "mysql" will get the ClusterIP 10.254.169.253
      And service "myweb" will get the ClusterIP 10.254.8.30 and the nodePort 30001

    @000-node-port
    Scenario: the browser reaches myweb through the node that has it
      When client "browser" curls http://192.168.1.201:30001
      Then pod "myweb-g9pmm" answers
      And curl prints "Congratulations!!"
      And the path is:
        | in          | step    | source             | destination         |
        | browser     | send    | 192.168.1.50:51412 | 192.168.1.201:30001 |
        | node1       | dnat    | 192.168.1.50:51412 | 172.17.1.2:8080     |
        | node1       | snat    | 172.17.1.1:51412   | 172.17.1.2:8080     |
        | myweb-g9pmm | deliver | 172.17.1.1:51412   | 172.17.1.2:8080     |

    @000-node-port
    Scenario: the browser reaches myweb through the other node
      When client "browser" curls http://192.168.1.202:30001
      Then pod "myweb-g9pmm" answers
      And the path is:
        | in          | step    | source              | destination         | ttl |
        | browser     | send    | 192.168.1.50:51412  | 192.168.1.202:30001 | 64  |
        | node2       | dnat    | 192.168.1.50:51412  | 172.17.1.2:8080     | 64  |
        | node2       | snat    | 192.168.1.202:51412 | 172.17.1.2:8080     | 63  |
        | myweb-g9pmm | deliver | 192.168.1.202:51412 | 172.17.1.2:8080     | 62  |

    @000-cluster-ip @000-environment
    Scenario: myweb reaches mysql by the variables of its environment
      When pod "myweb-g9pmm" connects to "$MYSQL_SERVICE_HOST:$MYSQL_SERVICE_PORT"
      Then pod "mysql-c95jc" answers
      And the path is:
        | in          | step    | source              | destination         | ttl |
        | myweb-g9pmm | send    | 172.17.1.2:51412    | 10.254.169.253:3306 | 64  |
        | node1       | dnat    | 172.17.1.2:51412    | 172.17.2.2:3306     | 64  |
        | node1       | snat    | 192.168.1.201:51412 | 172.17.2.2:3306     | 63  |
        | mysql-c95jc | deliver | 192.168.1.201:51412 | 172.17.2.2:3306     | 62  |

    @000-cluster-ip
    Scenario Outline: a ClusterIP works from pods and nodes of the cluster: <place>
      When <place> connects to 10.254.169.253:3306
      Then pod "mysql-c95jc" answers

      Examples:
        | place             |
        | pod "myweb-g9pmm" |
        | node "node1"      |
        | node "node2"      |

    @000-iptables
    Scenario: the rules of iptables mode take the nodePort on every node
      Then the rules of node "node2" contain:
        """
        -A KUBE-NODEPORTS -p tcp -m comment --comment "default/myweb:" -m tcp --dport 30001 -j KUBE-MARK-MASQ
        """
      When client "browser" curls http://192.168.1.202:30001
      Then the request visits chain "KUBE-NODEPORTS"

    @000-iptables-broken
    Scenario: a node whose kube-proxy has stopped knows no new Service
      When kube-proxy on node "node2" stops
      And I run "kubectl expose rc myweb --name=again --type=NodePort --port=8080"
      And I run "kubectl patch service again --type json -p '[{op: replace, path: /spec/ports/0/nodePort, value: 30002}]'"
      And client "browser" curls http://192.168.1.201:30002
      Then pod "myweb-g9pmm" answers
      When client "browser" curls http://192.168.1.202:30002
      Then the request is refused

    @000-cluster-ip-broken
    Scenario: when mysql's pod is gone, its ClusterIP refuses a node, and a pod waits in vain
      # kube-proxy v1.13.0 asks its REJECT rules about what the node itself sends and takes, not about what it forwards.
      When I scale replicationcontroller "mysql" to 0 replicas
      And node "node1" connects to 10.254.169.253:3306
      Then the request is rejected
      And the explanation says "selects app=mysql, and no pod in namespace default has that label"
      When pod "myweb-g9pmm" connects to 10.254.169.253:3306
      Then the request is left-the-cluster

    @000-ports-broken
    Scenario: a wrong targetPort reaches the right pod at the wrong door
      When I run "kubectl patch service myweb -p '{spec: {ports: [{port: 8080, targetPort: 80}]}}'"
      And client "browser" curls http://192.168.1.201:30001
      Then the request is refused
      And the explanation says "listens on tcp 8080, not on 80. Write targetPort: 8080."

    Scenario: mysql does not reach itself by its ClusterIP, because docker0 sends no frame back where it came from
      When pod "mysql-c95jc" connects to 10.254.169.253:3306
      Then the request is dropped
      And the explanation says "hairpin mode"

    @000-cluster-ip-broken
    Scenario: a ClusterIP does not work from outside
      When client "browser" connects to 10.254.169.253:3306
      Then the request is left-the-cluster

    @000-ports
    Scenario: nodePort, port and targetPort are three numbers of one Service
      When client "browser" curls http://192.168.1.201:30001
      Then the request arrives at 172.17.1.2:8080
      When node "node1" curls http://10.254.8.30:8080
      Then the request arrives at 172.17.1.2:8080
      When client "browser" curls http://192.168.1.201:8080
      Then the request is refused

  Rule: Pods on docker0

    Background:
      Given the cluster from "000/cluster.yaml"
      And pod "tomcat" on node "node1" at 172.17.1.2
      And the manifests:
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: redis}
        spec: {nodeName: node1, containers: [{name: redis, image: redis, ports: [{containerPort: 6379}]}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: mysql}
        spec: {nodeName: node2, containers: [{name: mysql, image: mysql, ports: [{containerPort: 3306}]}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: two}
        spec:
          nodeName: node1
          containers:
            - {name: web, image: web, ports: [{containerPort: 8080}]}
            - {name: cache, image: cache, ports: [{containerPort: 6379}]}
        """
      And these pods will be pinned:
        | name  | node  | address    |
        | redis | node1 | 172.17.1.3 |
        | two   | node1 | 172.17.1.4 |
        | mysql | node2 | 172.17.2.2 |

    @000-localhost
    Scenario: containers of one pod reach one another over localhost
      When pod "two" connects to 127.0.0.1:6379
      Then pod "two" answers
      And the path is:
        | in  | device | step    | source          | destination    |
        | two | lo     | route   | 127.0.0.1:51412 | 127.0.0.1:6379 |
        | two |        | deliver | 127.0.0.1:51412 | 127.0.0.1:6379 |
      When pod "two" connects to 127.0.0.1:8080
      Then pod "two" answers

    @000-localhost-broken
    Scenario: another pod's containers are not on this pod's localhost
      When pod "tomcat" connects to 127.0.0.1:6379
      Then the request is refused
      And the explanation says "tomcat"

    @000-docker0
    Scenario: a pod has one end of a veth pair, docker0 the other
      Then the devices of pod "tomcat" are:
        | device | kind | mtu  | addresses     |
        | eth0   | veth | 1500 | 172.17.1.2/24 |
      And the devices of node "node1" are:
        | device  | kind     | mtu  | addresses        | bridge  | peer |
        | eth0    | ethernet | 1500 | 192.168.1.201/24 |         |      |
        | docker0 | bridge   | 1500 | 172.17.1.1/24    |         |      |
        | *       | veth     | 1500 |                  | docker0 | eth0 |
      And the routes of pod "tomcat" are:
        """
        default via 172.17.1.1 dev eth0
        172.17.1.0/24 dev eth0 proto kernel scope link src 172.17.1.2
        """

    @000-docker0
    Scenario: two pods of one node meet on docker0
      When pod "tomcat" connects to 172.17.1.3:6379
      Then pod "redis" answers
      And the server sees the source 172.17.1.2
      And the path is:
        | in     | device  | step     | source           | destination     | ttl |
        | tomcat | eth0    | transmit | 172.17.1.2:51412 | 172.17.1.3:6379 | 64  |
        | node1  | docker0 | bridge   | 172.17.1.2:51412 | 172.17.1.3:6379 | 64  |
        | …      |         |          |                  |                 |     |
        | redis  |         | deliver  | 172.17.1.2:51412 | 172.17.1.3:6379 | 64  |

    @000-docker0-broken
    Scenario: an address that no pod of docker0 has answers nobody
      When pod "tomcat" connects to 172.17.1.99:6379
      Then the request is host-unreachable

    @000-routes
    Scenario: pods of two nodes reach one another because the nodes have routes
      Then the routes of node "node1" are:
        """
        default via 192.168.1.1 dev eth0
        172.17.1.0/24 dev docker0 proto kernel scope link src 172.17.1.1
        172.17.2.0/24 via 192.168.1.202 dev eth0
        192.168.1.0/24 dev eth0 proto kernel scope link src 192.168.1.201
        """
      When pod "tomcat" connects to 172.17.2.2:3306
      Then pod "mysql" answers
      And the path is:
        | in     | device  | step     | gateway       | source              | destination     | ttl |
        | tomcat | eth0    | route    | 172.17.1.1    | 172.17.1.2:51412    | 172.17.2.2:3306 | 64  |
        | node1  | eth0    | route    | 192.168.1.202 | 172.17.1.2:51412    | 172.17.2.2:3306 | 64  |
        | node1  |         | snat     |               | 192.168.1.201:51412 | 172.17.2.2:3306 | 63  |
        | node2  | docker0 | route    |               | 192.168.1.201:51412 | 172.17.2.2:3306 | 63  |
        | mysql  | eth0    | route    |               | 192.168.1.201:51412 | 172.17.2.2:3306 | 62  |
        | mysql  |         | deliver  |               | 192.168.1.201:51412 | 172.17.2.2:3306 | 62  |

  Rule: What is missing without an administrator

    @000-routes-broken
    Scenario Outline: what nobody sets up by itself: <what>
      Given the cluster:
        """
        apiVersion: hopspec/v1
        kind: Cluster
        kubernetesVersion: v1.13.0
        networking:
          podSubnet: 172.17.0.0/16
          cni: {name: docker0, nodeRoutes: <routes>, forwardPolicy: <forward>, ipMasq: <masquerade>}
        nodes:
          - {name: node1, addresses: [192.168.1.201], bip: 172.17.1.1/24}
          - {name: node2, addresses: [192.168.1.202], bip: 172.17.2.1/24}
        """
      And pod "tomcat" on node "node1" at 172.17.1.2
      And the manifests:
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: mysql}
        spec: {nodeName: node2, containers: [{name: mysql, image: mysql, ports: [{containerPort: 3306}]}]}
        """
      When pod "tomcat" connects to 172.17.2.2:3306
      Then the request is <fate>

      Examples:
        | what                                                            | routes | forward | masquerade | fate             |
        | without routes a packet goes to the gateway and is lost there   | false  | ACCEPT  | true       | host-unreachable |
        | docker's own FORWARD policy stops it at the other node          | true   | DROP    | true       | dropped          |
        | with routes and FORWARD ACCEPT it arrives                       | true   | ACCEPT  | true       | delivered        |
        | also without docker's masquerade                                | true   | ACCEPT  | false      | delivered        |
