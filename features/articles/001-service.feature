Feature: Article 001: Service in depth

  Three replicas of mytest stand behind the Service mytest-svc: first with a ClusterIP, then with a nodePort on every machine.
  The cluster is the article's: kubeadm v1.13.0, flannel with vxlan, kube-proxy in iptables mode; names, addresses and printed
  texts are those of the article.

  Background:
    Given the cluster from "001/cluster.yaml"
    And the pods of deployment "mytest" will be:
      | name                   | node   | address    |
      | mytest-88d46bf99-ntd5n | node01 | 10.244.1.2 |
      | mytest-88d46bf99-fsmcj | node01 | 10.244.1.3 |
      | mytest-88d46bf99-cd4zk | node02 | 10.244.2.2 |
    And service "mytest-svc" will get the ClusterIP 10.100.77.149

  Rule: The cluster of the article

    Background:
      Given the manifests from "001/mytest-deploy.yaml"
      And the manifests from "001/services/mytest-svc-nodeport.yaml"
      And service "mytest-svc" will get the ClusterIP 10.100.77.149 and the nodePort 31298
      And pod "busybox0" on node "master" at 10.244.0.9
      And pod "busybox1" on node "node01" at 10.244.1.9
      And pod "busybox2" on node "node02" at 10.244.2.9

    Scenario: the pods have the article's names, nodes and addresses
      Then the pods are:
        | name                   | node   | address    |
        | mytest-88d46bf99-ntd5n | node01 | 10.244.1.2 |
        | mytest-88d46bf99-fsmcj | node01 | 10.244.1.3 |
        | mytest-88d46bf99-cd4zk | node02 | 10.244.2.2 |

    Scenario: the Service finds its three pods
      Then the endpoints of service "mytest-svc" are 10.244.1.2:8080, 10.244.1.3:8080, 10.244.2.2:8080

    Scenario: the deployment starts its pods in the real order of things
      Then these events happened:
        | type   | reason            | object                            | message                                          |
        | Normal | ScalingReplicaSet | deployment/mytest                 | Scaled up replica set mytest-88d46bf99 to 3      |
        | Normal | SuccessfulCreate  | replicaset/mytest-88d46bf99       | Created pod: mytest-88d46bf99-ntd5n              |
        | Normal | SuccessfulCreate  | replicaset/mytest-88d46bf99       | Created pod: mytest-88d46bf99-fsmcj              |
        | Normal | SuccessfulCreate  | replicaset/mytest-88d46bf99       | Created pod: mytest-88d46bf99-cd4zk              |

    Scenario Outline: every node has the article's thirteen rules
      Then the rules of node "<node>" contain:
        """
        -A KUBE-SERVICES ! -s 10.244.0.0/16 -d 10.100.77.149/32 -p tcp -m comment --comment "default/mytest-svc: cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SERVICES -d 10.100.77.149/32 -p tcp -m comment --comment "default/mytest-svc: cluster IP" -m tcp --dport 80 -j KUBE-SVC-XKNZ3BN47GCYFIPJ
        -A KUBE-SVC-XKNZ3BN47GCYFIPJ -m statistic --mode random --probability 0.33332999982 -j KUBE-SEP-6VUP2B3YLPPLYJJV
        -A KUBE-SVC-XKNZ3BN47GCYFIPJ -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-ENVKJLELDEHDNVGK
        -A KUBE-SVC-XKNZ3BN47GCYFIPJ -j KUBE-SEP-IZPSUB6K7QCCEPS3
        -A KUBE-SEP-6VUP2B3YLPPLYJJV -s 10.244.1.2/32 -j KUBE-MARK-MASQ
        -A KUBE-SEP-6VUP2B3YLPPLYJJV -p tcp -m tcp -j DNAT --to-destination 10.244.1.2:8080
        -A KUBE-SEP-ENVKJLELDEHDNVGK -s 10.244.1.3/32 -j KUBE-MARK-MASQ
        -A KUBE-SEP-ENVKJLELDEHDNVGK -p tcp -m tcp -j DNAT --to-destination 10.244.1.3:8080
        -A KUBE-SEP-IZPSUB6K7QCCEPS3 -s 10.244.2.2/32 -j KUBE-MARK-MASQ
        -A KUBE-SEP-IZPSUB6K7QCCEPS3 -p tcp -m tcp -j DNAT --to-destination 10.244.2.2:8080
        -A KUBE-NODEPORTS -p tcp -m comment --comment "default/mytest-svc:" -m tcp --dport 31298 -j KUBE-MARK-MASQ
        -A KUBE-NODEPORTS -p tcp -m comment --comment "default/mytest-svc:" -m tcp --dport 31298 -j KUBE-SVC-XKNZ3BN47GCYFIPJ
        """

      Examples:
        | node   |
        | master |
        | node01 |
        | node02 |

    Scenario: the chain of the Service holds three choices and nothing else
      Then chain "KUBE-SVC-XKNZ3BN47GCYFIPJ" of node "master" is exactly:
        """
        -A KUBE-SVC-XKNZ3BN47GCYFIPJ -m statistic --mode random --probability 0.33332999982 -j KUBE-SEP-6VUP2B3YLPPLYJJV
        -A KUBE-SVC-XKNZ3BN47GCYFIPJ -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-ENVKJLELDEHDNVGK
        -A KUBE-SVC-XKNZ3BN47GCYFIPJ -j KUBE-SEP-IZPSUB6K7QCCEPS3
        """

    Scenario: a node's own curl reaches each pod 1/3 of the time
      When node "master" curls http://10.100.77.149
      Then every request is answered
      And each of the 3 pods answers 1/3 of the requests

    Scenario Outline: a node's own curl to the ClusterIP is masqueraded to the device it leaves by
      When node "<node>" curls http://10.100.77.149
      Then pod "mytest-88d46bf99-ntd5n" sees the source <ntd5n>
      And pod "mytest-88d46bf99-fsmcj" sees the source <fsmcj>
      And pod "mytest-88d46bf99-cd4zk" sees the source <cd4zk>

      Examples:
        | node   | ntd5n      | fsmcj      | cd4zk      |
        | master | 10.244.0.0 | 10.244.0.0 | 10.244.0.0 |
        | node01 | 10.244.1.1 | 10.244.1.1 | 10.244.1.0 |
        | node02 | 10.244.2.0 | 10.244.2.0 | 10.244.2.1 |

    Scenario Outline: a pod on any node curls the ClusterIP and keeps its own address
      When pod "<pod>" curls http://10.100.77.149 3000 times
      Then every request is answered
      And each of the 3 pods answers 1/3 of the requests
      And the server sees the source <address>

      Examples:
        | pod      | address    |
        | busybox0 | 10.244.0.9 |
        | busybox1 | 10.244.1.9 |
        | busybox2 | 10.244.2.9 |

    Scenario: a pod's way to a pod on its own node stays on the bridge
      When pod "busybox1" curls http://10.100.77.149
      Then the path to pod "mytest-88d46bf99-fsmcj" is:
        | node   | device | step    | source           | destination      | ttl |
        | node01 |        | send    | 10.244.1.9:51412 | 10.100.77.149:80 | 64  |
        | node01 |        | dnat    | 10.244.1.9:51412 | 10.244.1.3:8080  | 64  |
        | node01 | cni0   | bridge  | 10.244.1.9:51412 | 10.244.1.3:8080  | 64  |
        | node01 |        | deliver | 10.244.1.9:51412 | 10.244.1.3:8080  | 64  |

    Scenario: a pod's way to a pod on another node goes through the tunnel once
      When pod "busybox1" curls http://10.100.77.149
      Then the path to pod "mytest-88d46bf99-cd4zk" is:
        | node   | step        | source           | destination      | ttl | outer                               |
        | node01 | send        | 10.244.1.9:51412 | 10.100.77.149:80 | 64  |                                     |
        | node01 | dnat        | 10.244.1.9:51412 | 10.244.2.2:8080  | 64  |                                     |
        | node01 | encapsulate | 10.244.1.9:51412 | 10.244.2.2:8080  | 63  | 192.168.1.201 -> 192.168.1.202:8472 |
        | node02 | decapsulate | 10.244.1.9:51412 | 10.244.2.2:8080  | 63  | 192.168.1.201 -> 192.168.1.202:8472 |
        | node02 | deliver     | 10.244.1.9:51412 | 10.244.2.2:8080  | 62  |                                     |

    Scenario: a pod that chooses itself comes back by the bridge's own address
      When pod "mytest-88d46bf99-ntd5n" curls http://10.100.77.149
      Then every request is answered
      And each of the 3 pods answers 1/3 of the requests
      And pod "mytest-88d46bf99-ntd5n" sees the source 10.244.1.1
      And pod "mytest-88d46bf99-fsmcj" sees the source 10.244.1.2
      And pod "mytest-88d46bf99-cd4zk" sees the source 10.244.1.2

    Scenario: curl prints what the chosen pod says
      When pod "busybox1" curls http://10.244.1.2:8080
      Then curl prints "Hello Kubernetes bootcamp! | Running on: mytest-88d46bf99-ntd5n | v=1"

    Scenario: the client sees the ClusterIP answer
      When pod "busybox1" curls http://10.100.77.149
      Then the answer comes from 10.100.77.149:80

  Rule: The nodePort, from outside

    Background:
      Given the manifests from "001/mytest-deploy.yaml"
      And the manifests from "001/services/mytest-svc-nodeport.yaml"
      And service "mytest-svc" will get the ClusterIP 10.100.77.149 and the nodePort 31298

    Scenario Outline: the nodePort answers on every machine and spreads over all pods
      When client "laptop" curls http://<machine>:31298 3000 times
      Then every request is answered
      And each of the 3 pods answers 1/3 of the requests
      And the answer comes from <machine>:31298

      Examples:
        | machine       |
        | 192.168.1.200 |
        | 192.168.1.201 |
        | 192.168.1.202 |

    Scenario Outline: the server sees the machine by which the request came in
      When client "laptop" curls http://<machine>:31298
      Then pod "mytest-88d46bf99-ntd5n" sees the source <ntd5n>
      And pod "mytest-88d46bf99-fsmcj" sees the source <fsmcj>
      And pod "mytest-88d46bf99-cd4zk" sees the source <cd4zk>

      Examples: a pod on another machine is reached from flannel.1, one on the same machine from cni0
        | machine       | ntd5n      | fsmcj      | cd4zk      |
        | 192.168.1.200 | 10.244.0.0 | 10.244.0.0 | 10.244.0.0 |
        | 192.168.1.201 | 10.244.1.1 | 10.244.1.1 | 10.244.1.0 |
        | 192.168.1.202 | 10.244.2.0 | 10.244.2.0 | 10.244.2.1 |

    Scenario: the way of a request that lands on another machine
      When client "laptop" curls http://192.168.1.200:31298
      Then the path to pod "mytest-88d46bf99-ntd5n" is:
        | node   | step        | source             | destination         | ttl | outer                               |
        | laptop | send        | 192.168.1.50:51412 | 192.168.1.200:31298 | 64  |                                     |
        | master | dnat        | 192.168.1.50:51412 | 10.244.1.2:8080     | 64  |                                     |
        | master | snat        | 10.244.0.0:51412   | 10.244.1.2:8080     | 63  |                                     |
        | master | encapsulate | 10.244.0.0:51412   | 10.244.1.2:8080     | 63  | 192.168.1.200 -> 192.168.1.201:8472 |
        | master | snat        | 192.168.1.200      | 192.168.1.201:8472  | 64  |                                     |
        | node01 | decapsulate | 10.244.0.0:51412   | 10.244.1.2:8080     | 63  | 192.168.1.200 -> 192.168.1.201:8472 |
        | node01 | deliver     | 10.244.0.0:51412   | 10.244.1.2:8080     | 62  |                                     |

    Scenario: the reply goes back by the machine that the request came in by
      When client "laptop" curls http://192.168.1.200:31298
      Then the path of the reply of pod "mytest-88d46bf99-ntd5n" is:
        | node   | step        | source              | destination        |
        | node01 | send        | 10.244.1.2:8080     | 10.244.0.0:51412   |
        | node01 | encapsulate | 10.244.1.2:8080     | 10.244.0.0:51412   |
        | master | decapsulate | 10.244.1.2:8080     | 10.244.0.0:51412   |
        | laptop | deliver     | 192.168.1.200:31298 | 192.168.1.50:51412 |

    Scenario: the rules that choose the pod
      When client "laptop" curls http://192.168.1.200:31298
      Then the path to pod "mytest-88d46bf99-ntd5n" is:
        | node   | chain                     | rule                                                                                                          |
        | master | PREROUTING                | -j KUBE-SERVICES                                                                                              |
        | master | KUBE-SERVICES             | -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS                                                                |
        | master | KUBE-NODEPORTS            | --dport 31298 -j KUBE-MARK-MASQ                                                                               |
        | master | KUBE-MARK-MASQ            | -j MARK --set-xmark 0x4000/0x4000                                                                             |
        | master | KUBE-NODEPORTS            | --dport 31298 -j KUBE-SVC-XKNZ3BN47GCYFIPJ                                                                    |
        | master | KUBE-SVC-XKNZ3BN47GCYFIPJ | -m statistic --mode random --probability 0.33332999982 -j KUBE-SEP-6VUP2B3YLPPLYJJV                            |
        | master | KUBE-SEP-6VUP2B3YLPPLYJJV | -j DNAT --to-destination 10.244.1.2:8080                                                                      |
        | …      |                           |                                                                                                               |
      And a rule made for "service default/mytest-svc" decides

    Scenario: the nodePort works from the machines themselves
      When node "node01" curls http://192.168.1.202:31298
      Then every request is answered
      And each of the 3 pods answers 1/3 of the requests
      And pod "mytest-88d46bf99-cd4zk" sees the source 10.244.2.1

    Scenario: nobody outside reaches a pod's own address
      When client "laptop" curls http://10.244.1.2:8080
      Then the request is host-unreachable

  Rule: Three ports, told apart

    Background:
      Given the manifests from "001/mytest-deploy.yaml"
      And the manifests from "001/services/mytest-svc-nodeport.yaml"
      And service "mytest-svc" will get the ClusterIP 10.100.77.149 and the nodePort 31298
      And pod "busybox0" on node "master" at 10.244.0.9
      And pod "busybox1" on node "node01" at 10.244.1.9
      And pod "busybox2" on node "node02" at 10.244.2.9

    Scenario: the nodePort belongs to the machines
      When client "laptop" curls http://192.168.1.200:31298
      Then every request is answered

    Scenario: the port belongs to the ClusterIP
      When pod "busybox1" curls http://10.100.77.149:80
      Then every request is answered

    Scenario: the targetPort belongs to the pods
      When pod "busybox1" curls http://10.244.1.2:8080
      Then every request is answered

    Scenario: the Service's port is not open on a machine
      When client "laptop" curls http://192.168.1.200:80
      Then the request is refused
      And curl exits with 7
      And the explanation says "no Service has the nodePort 80"

    Scenario: the nodePort is not open on the ClusterIP
      When pod "busybox1" curls http://10.100.77.149:31298
      Then the explanation says "has the ports tcp 80; tcp 31298 is none of them"

    Scenario: the port is not open on a pod
      When pod "busybox1" curls http://10.244.1.2:80
      Then the request is refused
      And the explanation says "pod default/mytest-88d46bf99-ntd5n listens on tcp 8080, not on 80"

  Rule: What kubectl prints

    Scenario: applying the Deployment
      When I run "kubectl apply -f 001/mytest-deploy.yaml"
      Then it prints "deployment.extensions/mytest created"

    Scenario: the pods after 70 seconds
      When I apply "001/mytest-deploy.yaml"
      And 70 seconds pass
      And I run "kubectl get pod -o wide"
      Then it prints:
        """
        NAME                     READY   STATUS    RESTARTS   AGE   IP           NODE     NOMINATED NODE   READINESS GATES
        mytest-88d46bf99-cd4zk   1/1     Running   0          70s   10.244.2.2   node02   <none>           <none>
        mytest-88d46bf99-fsmcj   1/1     Running   0          70s   10.244.1.3   node01   <none>           <none>
        mytest-88d46bf99-ntd5n   1/1     Running   0          70s   10.244.1.2   node01   <none>           <none>
        """

    Scenario: applying the Service
      When I run "kubectl apply -f 001/services/mytest-svc.yaml"
      Then it prints "service/mytest-svc created"

    Scenario: the Services after 8 seconds
      When 33 minutes pass
      And I apply "001/services/mytest-svc.yaml"
      And 8 seconds pass
      And I run "kubectl get svc"
      Then it prints:
        """
        NAME         TYPE        CLUSTER-IP      EXTERNAL-IP   PORT(S)   AGE
        kubernetes   ClusterIP   10.96.0.1       <none>        443/TCP   33m
        mytest-svc   ClusterIP   10.100.77.149   <none>        80/TCP    8s
        """

    Scenario: the Service in full
      When I apply "001/mytest-deploy.yaml"
      And I apply "001/services/mytest-svc.yaml"
      And I run "kubectl describe svc mytest-svc"
      Then it prints:
        """
        Name:              mytest-svc
        Namespace:         default
        Labels:            <none>
        Annotations:       kubectl.kubernetes.io/last-applied-configuration:
                             {"apiVersion":"v1","kind":"Service","metadata":{"annotations":{},"name":"mytest-svc","namespace":"default"},"spec":{"ports":[{"port":80,"t...
        Selector:          run=mytest
        Type:              ClusterIP
        IP:                10.100.77.149
        Port:              <unset>  80/TCP
        TargetPort:        8080/TCP
        Endpoints:         10.244.1.2:8080,10.244.1.3:8080,10.244.2.2:8080
        Session Affinity:  None
        Events:            <none>
        """

    Scenario: the Service becomes a NodePort in place and keeps its address
      Given service "mytest-svc" will get the ClusterIP 10.100.77.149 and the nodePort 31298
      When 33 minutes pass
      And I apply "001/services/mytest-svc.yaml"
      And 65 minutes pass
      And I run "kubectl apply -f 001/services/mytest-svc-nodeport.yaml"
      Then it prints "service/mytest-svc configured"
      When I run "kubectl get svc"
      Then it prints:
        """
        NAME         TYPE        CLUSTER-IP      EXTERNAL-IP   PORT(S)        AGE
        kubernetes   ClusterIP   10.96.0.1       <none>        443/TCP        98m
        mytest-svc   NodePort    10.100.77.149   <none>        80:31298/TCP   65m
        """

  Rule: Pods come and go, the Service stays

    Background:
      Given the manifests from "001/mytest-deploy.yaml"
      And the manifests from "001/services/mytest-svc-nodeport.yaml"
      And service "mytest-svc" will get the ClusterIP 10.100.77.149 and the nodePort 31298
      And the pods of deployment "mytest" will be:
        | name                   | node   |
        | mytest-88d46bf99-x7k2p | node02 |

    Scenario: a deleted pod is replaced by one with a new name and a new address
      When I delete pod "mytest-88d46bf99-cd4zk"
      Then the pods are:
        | name                   | node   | address    |
        | mytest-88d46bf99-ntd5n | node01 | 10.244.1.2 |
        | mytest-88d46bf99-fsmcj | node01 | 10.244.1.3 |
        | mytest-88d46bf99-x7k2p | node02 | 10.244.2.3 |
      And the endpoints of service "mytest-svc" are 10.244.1.2:8080, 10.244.1.3:8080, 10.244.2.3:8080

    Scenario: the Service answers at the same address, from the new pod too
      When I delete pod "mytest-88d46bf99-cd4zk"
      And client "laptop" curls http://192.168.1.201:31298
      Then every request is answered
      And pod "mytest-88d46bf99-x7k2p" answers 1/3 of the requests

    Scenario: the rules name the new pod and forget the old one
      When I delete pod "mytest-88d46bf99-cd4zk"
      Then the rules of node "master" no longer contain:
        """
        KUBE-SEP-IZPSUB6K7QCCEPS3
        """
      And iptables-save on node "master" prints the lines:
        """
        :KUBE-SVC-XKNZ3BN47GCYFIPJ - [0:0]
        -A KUBE-SVC-XKNZ3BN47GCYFIPJ -m statistic --mode random --probability 0.33332999982 -j KUBE-SEP-6VUP2B3YLPPLYJJV
        -A KUBE-SVC-XKNZ3BN47GCYFIPJ -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-ENVKJLELDEHDNVGK
        """

    Scenario: scaled to nothing, the nodePort refuses at once
      When I scale deployment "mytest" to 0 replicas
      And client "laptop" curls http://192.168.1.200:31298
      Then service "mytest-svc" has no endpoints
      And the request is rejected
      And the client gets the ICMP error type 3 code 3
      And curl prints "curl: (7) Failed to connect to 192.168.1.200 port 31298 after 0 ms: Couldn't connect to server"
      And curl exits with 7
      And the explanation says "selects the pods of deployment default/mytest, which has 0 replicas"

    Scenario: scaled to nothing, the ClusterIP refuses a node at once
      When I scale deployment "mytest" to 0 replicas
      And node "master" curls http://10.100.77.149
      Then the request is rejected
      And curl prints "curl: (7) Failed to connect to 10.100.77.149 port 80 after 0 ms: Couldn't connect to server"
      And the rules of node "master" contain:
        """
        -A KUBE-SERVICES -d 10.100.77.149/32 -p tcp -m comment --comment "default/mytest-svc: has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable
        """

    Scenario: scaled up again, the Service answers again
      When I scale deployment "mytest" to 0 replicas
      And I scale deployment "mytest" to 3 replicas
      And client "laptop" curls http://192.168.1.202:31298
      Then every request is answered
      And each of the 3 pods answers 1/3 of the requests

  Rule: Mistakes, explained

    Background:
      Given the manifests from "001/mytest-deploy.yaml"
      And pod "busybox1" on node "node01" at 10.244.1.9

    Scenario: a selector that no pod has
      Given the manifests:
        """
        apiVersion: v1
        kind: Service
        metadata:
          name: mytest-svc
        spec:
          selector:
            run: mytst
          ports:
          - port: 80
            targetPort: 8080
        """
      When node "master" curls http://10.100.77.149
      Then service "mytest-svc" has no endpoints
      And the request is rejected
      And the explanation says "selects run=mytst, and no pod in namespace default has that label. Nearest: pod default/mytest-"

    Scenario: a targetPort on which nobody listens
      Given the manifests:
        """
        apiVersion: v1
        kind: Service
        metadata:
          name: mytest-svc
        spec:
          selector:
            run: mytest
          ports:
          - port: 80
        """
      When pod "busybox1" curls http://10.100.77.149
      Then the endpoints of service "mytest-svc" are 10.244.1.2:80, 10.244.1.3:80, 10.244.2.2:80
      And the request is refused
      And curl exits with 7
      And the explanation says "listens on tcp 8080, not on 80. Write targetPort: 8080."

    Scenario: a Service that nobody gave endpoints
      Given the manifests:
        """
        apiVersion: v1
        kind: Service
        metadata:
          name: mytest-svc
        spec:
          ports:
          - port: 80
            targetPort: 8080
        """
      When node "master" curls http://10.100.77.149
      Then the request is rejected
      And the explanation says "has no selector: nobody but you writes its endpoints"

  Rule: A fixed nodePort

    Scenario: the nodePort of the manifest is the one that answers
      Given the manifests from "001/mytest-deploy.yaml"
      And the manifests from "001/services/mytest-svc-30000.yaml"
      When client "laptop" curls http://192.168.1.202:30000
      Then every request is answered
      And each of the 3 pods answers 1/3 of the requests
