# Tables without a scenario: all that contradicts itself, at once and by place; then good ones; then neither.
mkdir bad good
cat >bad/gpus.csv <<'END'
key,name,framebuffer_gib,mig_slices,mig_axis
LAB-1,Lab board,48,7,4
LAB-2,Lab board 2,48,4,4
LAB-2,Lab board 2 again,48,4,4
END
vgpusim check --catalog bad
cat >bad/gpus.csv <<'END'
key,name,framebuffer_gib,mig_slices,mig_axis
LAB-1,Lab board,48,7,4
LAB-2,Lab board 2,48,4,4
END
cat >bad/mig_profiles.csv <<'END'
gpu_key,profile,compute_slices,nominal_gib,size,starts,max_instances
LAB-1,1g.12gb,1,12,1,0;1;2;3,4
LAB-2,1g.12gb,1,12,1,0;1;2;3,5
LAB-2,2g.24gb,2,24,2,0;2;4,2
LAB-2,3g.24gb,2,24,2,0,1
LAB-2,4g.48gbx,4,48,4,0,1
LAB-2,3g.24gb,2,24,2,0,1
,3g.24gb,2,24,2,0,1
END
cat >bad/vgpu_types.csv <<'END'
gpu_key,type,series,mode,mig_profile,framebuffer_gib,max_per_gpu,max_per_gpu_mixed,placement_ids,placement_size
LAB-2,LAB-1-12C,C,mig,1g.12gb,12,5,,,
LAB-2,LAB-4-48C,C,mig,4g.48gb,48,1,,,
LAB-2,LAB-64C,C,time-sliced,,64,1,,,
LAB-2,LAB-16C,C,time-sliced,,16,3,3,0;8;32,16
LAB-3,LAB-8C,C,time-sliced,,8,6,,,
END
vgpusim check --catalog bad
cat >good/gpus.csv <<'END'
key,name,framebuffer_gib,mig_slices,mig_axis
LAB-2,Lab board 2,48,4,4
END
cat >good/mig_profiles.csv <<'END'
gpu_key,profile,compute_slices,nominal_gib,size,starts,max_instances
LAB-2,2g.24gb,2,24,2,0;2,2
END
vgpusim check --catalog good
vgpusim list layouts LAB-2 --catalog good
vgpusim check
