// The words of the step language: each parameter type with its pattern and the value it stands for. A word of the wrong kind is refused with what to write.
// Tables do not pass through parameter types; their cells use the same readers.
import { defineParameterType } from '@cucumber/cucumber'
import { readDuration, readEndpoint, readFateWord, readPlace, readPortWord, readShare, readUrl, readWordIp, readWordProtocol } from './read'
import { readRcode, readResolver, readType } from './read-names'

defineParameterType({ name: 'ip', regexp: /\d+(?:\.\d+){1,4}|[0-9a-fA-F]*:[0-9a-fA-F:.]+/, transformer: readWordIp, useForSnippets: false })
defineParameterType({ name: 'port', regexp: /-?\d+/, transformer: readPortWord, useForSnippets: false })
defineParameterType({
  name: 'protocol',
  regexp: /tcp|udp|sctp|icmp|TCP|UDP|SCTP|ICMP/,
  transformer: readWordProtocol,
  useForSnippets: false,
})
defineParameterType({
  name: 'place',
  regexp: /an external client|(?:the )?(?:client|pod|node) "[^"]*"|(?:\d+\.){3}\d+/,
  transformer: readPlace,
  useForSnippets: false,
})
defineParameterType({ name: 'pod', regexp: /(?:the )?pod "([^"]*)"/, transformer: (name: string) => name, useForSnippets: false })
defineParameterType({
  name: 'node',
  regexp: /(?:the )?node "([^"]*)"|(?:the )?node ([a-z0-9][a-z0-9.-]*)/,
  transformer: (quoted: string | undefined, bare: string | undefined) => quoted ?? bare ?? '',
  useForSnippets: false,
})
defineParameterType({
  name: 'component',
  regexp: /kubelet|kube-proxy|flanneld|the scheduler|the garbage collector|the [a-z]+ controller/,
  transformer: (name: string) => name,
  useForSnippets: false,
})
defineParameterType({ name: 'service', regexp: /(?:the )?service "([^"]*)"/, transformer: (name: string) => name, useForSnippets: false })
defineParameterType({
  name: 'client',
  regexp: /(?:the )?(?:external )?client "([^"]*)"/,
  transformer: (name: string) => name,
  useForSnippets: false,
})
defineParameterType({
  name: 'workload',
  regexp: /(?:deployment|replicaset|replicationcontroller) "[^"]*"/,
  transformer: (text: string) => text,
  useForSnippets: false,
})
defineParameterType({ name: 'url', regexp: /https?:\/\/\S*|(?:\d+\.){3}\d+(?::\d+)?\/?/, transformer: readUrl, useForSnippets: false })
defineParameterType({
  name: 'endpoint',
  regexp: /(?:\d+\.){3}\d+:-?\d+|\[[0-9a-fA-F:]+\]:-?\d+/,
  transformer: readEndpoint,
  useForSnippets: false,
})
defineParameterType({ name: 'fraction', regexp: /\S+(?: %)?/, transformer: readShare, useForSnippets: false })
defineParameterType({
  name: 'duration',
  regexp: /[\d.]+ ?(?:milliseconds?|seconds?|minutes?|hours?|ms|s|m|h)/,
  transformer: readDuration,
  useForSnippets: false,
})
defineParameterType({ name: 'fate', regexp: /(?!answered)[a-z]+(?:-[a-z]+)*/, transformer: readFateWord, useForSnippets: false })
defineParameterType({ name: 'chain', regexp: /chain "?([A-Za-z0-9_-]+)"?/, transformer: (name: string) => name, useForSnippets: false })
defineParameterType({ name: 'resolver', regexp: /glibc|musl|busybox/, transformer: readResolver, useForSnippets: false })
defineParameterType({ name: 'rcode', regexp: /[A-Z]{6,}/, transformer: readRcode, useForSnippets: false })
defineParameterType({ name: 'recordType', regexp: /[A-Z]{1,8}/, transformer: readType, useForSnippets: false })
