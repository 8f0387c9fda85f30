#!/usr/bin/env bash
# Starts a real one-node SLURM cluster with accounting on a Debian machine, for the tests in this folder. Run as root.
#
#   start-one-node.sh        install what is missing, start munge, MariaDB, slurmdbd, slurmctld and slurmd
#   start-one-node.sh stop   stop what it has started
#
# The partition is `debug`: one node with this machine's cores, each of which several jobs may share. Job arrays have at
# most 5 tasks, so that a test sees larger ones being split, and a requeued job waits 10 s, not 2 minutes. A cluster
# that is there already is left as it is.
set -euo pipefail

DIR=${SLURM_ONE_NODE_DIR:-/var/tmp/slurm-one-node}
HOST=$(hostname -s)

main() {
    if [ "${1:-start}" = stop ]; then stop; return; fi
    if answers; then sinfo; return; fi
    install_packages
    stop
    mkdir -p "$DIR"/{state,spool,log,mysql} /run/munge /var/log/munge
    chmod 755 "$DIR"
    start_munge
    start_database
    write_configuration
    slurmdbd
    wait_for slurmdbd sacctmgr -n list cluster
    sacctmgr -i add cluster onenode >/dev/null 2>&1 || true
    slurmctld
    slurmd
    wait_for "the node" node_is_up
    sinfo
}

have() {
    for name in "$@"; do command -v "$name" >/dev/null || return 1; done
}

answers() { have sbatch sacct && node_is_up && sacctmgr -n list cluster >/dev/null 2>&1; }

node_is_up() { timeout 10 sinfo -h -o %T 2>/dev/null | grep -qE 'idle|mixed|alloc'; }

install_packages() {
    if have slurmctld slurmd slurmdbd mariadbd munged; then return; fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq slurm-wlm slurmdbd mariadb-server munge >/dev/null
}

start_munge() {
    chown munge /run/munge /var/log/munge /etc/munge/munge.key
    pgrep -x munged >/dev/null || runuser -u munge -- munged
}

start_database() {
    local socket=$DIR/mysql/sock
    chown mysql "$DIR/mysql"
    [ -d "$DIR/mysql/mysql" ] || mariadb-install-db --user=mysql --datadir="$DIR/mysql" --skip-test-db >"$DIR/log/install.log" 2>&1
    setsid mariadbd --no-defaults --user=mysql --datadir="$DIR/mysql" --socket="$socket" --skip-networking \
        --pid-file="$DIR/mysql/pid" --innodb-buffer-pool-size=64M --innodb-lock-wait-timeout=900 \
        >"$DIR/log/mysql.log" 2>&1 </dev/null &
    wait_for MariaDB mariadb-admin --socket="$socket" -u root ping
    cp "$DIR/mysql/pid" "$DIR/mysql.pid"
    mariadb --socket="$socket" -u root -e "create database if not exists slurm_acct_db"
    mkdir -p /run/mysqld
    ln -sf "$socket" /run/mysqld/mysqld.sock
}

write_configuration() {
    cat >/etc/slurm/slurmdbd.conf <<CONF
DbdHost=localhost
SlurmUser=root
AuthType=auth/munge
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=root
StorageLoc=slurm_acct_db
LogFile=$DIR/log/slurmdbd.log
PidFile=$DIR/slurmdbd.pid
CONF
    chmod 600 /etc/slurm/slurmdbd.conf
    cat >/etc/slurm/slurm.conf <<CONF
ClusterName=onenode
SlurmctldHost=$HOST(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
StateSaveLocation=$DIR/state
SlurmdSpoolDir=$DIR/spool
SlurmctldLogFile=$DIR/log/slurmctld.log
SlurmdLogFile=$DIR/log/slurmd.log
SlurmctldPidFile=$DIR/slurmctld.pid
SlurmdPidFile=$DIR/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
JobRequeue=1
AuthInfo=cred_expire=10
MaxArraySize=5
KillWait=5
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=localhost
NodeName=$HOST NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=4000 State=UNKNOWN
PartitionName=debug Nodes=$HOST Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:4
CONF
}

stop() {
    timeout 20 scontrol shutdown 2>/dev/null || true
    for name in slurmdbd mysql; do
        if [ -s "$DIR/$name.pid" ]; then kill "$(cat "$DIR/$name.pid")" 2>/dev/null || true; fi
    done
    for _ in $(seq 40); do
        still_running || return 0
        sleep 0.25
    done
}

still_running() {
    for name in slurmctld slurmd slurmdbd mysql; do
        if [ -s "$DIR/$name.pid" ] && kill -0 "$(cat "$DIR/$name.pid")" 2>/dev/null; then return 0; fi
    done
    return 1
}

wait_for() {  # wait_for WHAT COMMAND...
    local what=$1
    shift
    for _ in $(seq 80); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.25
    done
    echo "start-one-node: $what did not come up; see $DIR/log" >&2
    exit 1
}

main "$@"
