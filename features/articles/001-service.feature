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
    And service "mytest-svc" will get the ClusterIP 10.100.77.149 and the nodePort 31298

  Rule: Through the ClusterIP, inside the cluster

    Background:
      Given the manifests from "001/mytest-deploy.yaml"
      And the manifests from "001/mytest-svc-nodeport.yaml"
      And these pods will be pinned:
        | name     | node   | address    |
        | busybox0 | master | 10.244.0.9 |
        | busybox1 | node01 | 10.244.1.9 |
        | busybox2 | node02 | 10.244.2.9 |
      And the manifests from "001/busybox.yaml"

    Scenario: the pods have the article's names and addresses
      Then the pods are:
        | name                   | node   | address    |
        | mytest-88d46bf99-ntd5n | node01 | 10.244.1.2 |
        | mytest-88d46bf99-fsmcj | node01 | 10.244.1.3 |
        | mytest-88d46bf99-cd4zk | node02 | 10.244.2.2 |

    Scenario: a pod curls the ClusterIP
      When pod "busybox1" curls http://10.100.77.149
      Then every request is answered
      And each of the 3 pods answers 1/3 of the requests
      And the server sees the source 10.244.1.9
