Feature: Session affinity

  With sessionAffinity ClientIP a client stays with the pod that answered it first: kube-proxy's rules remember the client's address.
  Each client begins with any of the pods, so many clients still spread over all of them.

  Background:
    Given the cluster:
      """
      apiVersion: hopspec/v1
      kind: Cluster
      kubernetesVersion: v1.35.4
      nodes:
        - {name: master, role: control-plane, addresses: [192.168.1.200]}
        - {name: node01, addresses: [192.168.1.201]}
        - {name: node02, addresses: [192.168.1.202]}
      externalClients:
        - {name: laptop, address: 192.168.1.50}
      """
    And pod "client" on node "node01"
    And 3 "web" replicas behind the ClusterIP service "web"
    And the manifests:
      """
      apiVersion: v1
      kind: Service
      metadata: {name: faithful}
      spec:
        type: NodePort
        clusterIP: 10.96.0.40
        sessionAffinity: ClientIP
        selector: {app: web}
        ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
      """

  Scenario Outline: one client stays with one pod
    When <client> curls http://<address> 20 times, one after another
    Then the same pod answers every request

    Examples:
      | client          | address             |
      | pod "client"    | 10.96.0.40          |
      | node "master"   | 10.96.0.40          |
      | client "laptop" | 192.168.1.200:30080 |

  Scenario: the first request is remembered by the pod's own list
    When pod "client" curls http://10.96.0.40 3 times, one after another
    Then the path of the first request is:
      | node   | chain                     | rule                                             |
      | …      |                           |                                                  |
      | node01 | KUBE-SVC-BFJP4PPOC5PIXVHL | -m statistic --mode random                       |
      | node01 | KUBE-SEP-QNXBUEOHVMWUKP6J | -m recent --set --name KUBE-SEP-QNXBUEOHVMWUKP6J |
      | …      |                           |                                                  |

  Scenario: many clients spread over all pods
    When pod "client" curls http://10.96.0.40 3000 times
    Then each of the 3 pods answers 1/3 of the requests

  Scenario: a Service is asked by its name, without DNS
    When pod "client" curls service "faithful" 300 times
    Then each of the 3 pods answers 1/3 of the requests

  Scenario: a Service is asked at one of its ports
    When pod "client" curls service "default/faithful" on port 80
    Then every request is answered

  Scenario: a Service is asked at one of its ports by many clients
    When pod "client" curls service "faithful" on port 80 300 times
    Then each of the 3 pods answers 1/3 of the requests

  Scenario: a Service is asked at its only port
    When pod "client" curls service "web"
    Then every request is answered
