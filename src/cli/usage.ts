// The line of usage of each subcommand: what `hopspec help NAME` prints, and what a wrong command line is answered with.

export const USAGE = {
  apply: 'usage: hopspec apply ARGUMENTS, short for hopspec kubectl -- apply ARGUMENTS',
  batch: 'usage: hopspec batch < JOBS',
  clean: 'usage: hopspec clean',
  create: 'usage: hopspec create ARGUMENTS, short for hopspec kubectl -- create ARGUMENTS',
  dns: 'usage: hopspec dns -f FILE… (--from pod/NAMESPACE/NAME | --resolv-conf FILE | --fqdn) NAME [--type A,AAAA|SRV|PTR|CNAME|TXT|ANY|SOA] [--resolver glibc|musl|busybox] [-o text|json]',
  help: 'usage: hopspec help [SUBCOMMAND]',
  kubectl: 'usage: hopspec kubectl [-f FILE…] [-R] [--seed N] -- ARGUMENTS',
  program: 'usage: hopspec program -f FILE… [-o yaml|json]',
  rules:
    'usage: hopspec rules -f FILE… --node NODE [--family ipv4|ipv6] [-o iptables-save|iptables-restore|routes|json|texts] [--only kube-proxy|cni|policy|kubelet] [--steps FILE] [--out DIR]',
  run: 'usage: hopspec run [FEATURE…] [--tags EXPR] [--name RE] [--mode iptables] [--dataplane simulated|real|both] [--seed N] [--out DIR] [--stamp] [--dry-run]',
  shell: 'usage: hopspec shell [-f FILE…] [-R] [--seed N] [--script FILE] [-o text|jsonl]',
  steps: 'usage: hopspec steps',
  trace:
    'usage: hopspec trace -f FILE… (--from WHERE --to TO [--protocol tcp|udp|sctp|icmp] [--via NODE] | --flows FILE) [--dataplane simulated|real|both] [-o text|json|jsonl]',
  version: 'usage: hopspec version',
} as const satisfies Readonly<Record<string, string>>
